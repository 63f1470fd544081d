using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// Writes, one at a time. A write that MXAccess takes is answered with OK at once; how it went comes as OnWriteComplete for the item,
/// followed by the data change where the value is another one (<see cref="WriteCompletions"/> may order them otherwise).
/// </summary>
/// <remarks>
/// While Galaxy security is off, any credentials yield user id 1 (MXAccess), so that two users cannot be told apart:
/// a verified write is then taken with 1 as operator and as verifier. With security on, the verifier must be another user by name.
/// </remarks>
internal static class WriteCommands
{
    public static MxCommandReply Write(MxWorker worker, MxCommand command) => Replies.Of(Write(worker, MxWrite.Of(command.Write)));

    public static MxCommandReply Write2(MxWorker worker, MxCommand command) => Replies.Of(Write(worker, MxWrite.Of(command.Write2)));

    public static MxCommandReply WriteSecured(MxWorker worker, MxCommand command) => Replies.Of(Write(worker, MxWrite.Of(command.WriteSecured)));

    public static MxCommandReply WriteSecured2(MxWorker worker, MxCommand command) => Replies.Of(Write(worker, MxWrite.Of(command.WriteSecured2)));

    /// <summary>Carries a write out: null where MXAccess takes it, whatever its outcome is.</summary>
    public static MxRejection? Write(MxWorker worker, MxWrite write)
    {
        if (worker.Find(write.ServerHandle, write.ItemHandle, out MxItem? item) is { } unknown)
            return unknown;
        if (!item.HadDataChange && worker.Rules.Hold(GatewayRule.WriteBeforeChange))
        {
            return MxRejection.Argument(
                $"\"{item.Definition}\" has had no data change yet, so its type is not known: advise it and wait for its first value before writing");
        }

        // Once: a redeploy may come between.
        TagReference? target = item.Reference;
        WriteCompletions completions = worker.Plant.Completions;
        if (Refuse(worker, item, target, write) is { } refusal)
        {
            if (!worker.Rules.Hold(GatewayRule.WriteReplyPlain))
                return MxRejection.Argument(refusal.Reason);
            completions.Complete(item, Status(refusal));
            return null;
        }

        Timestamp? time = worker.Rules.Hold(GatewayRule.Write2Timestamp) ? write.Timestamp?.TimestampValue : null;
        worker.Plant.Write(target!.Value, write.Value, time, completions.ChangeComesFirst(item), refused => completions.Complete(
            item, refused is null || !worker.Rules.Hold(GatewayRule.TypeMismatch) ? Statuses.Ok() : Status(refused)));
        return null;
    }

    /// <summary>Why an item takes no such write, whatever the value is; null where it does.</summary>
    private static WriteRefusal? Refuse(MxWorker worker, MxItem item, TagReference? target, MxWrite write)
    {
        if (target is not { Tag: var tag })
            return new WriteRefusal(MxStatusCategory.ConfigurationError, item.WrongReference().DiagnosticText);
        if (WriteRules.Refuse(tag.Definition, Credentials(worker, item, write), worker.IsSecurityOn, worker.Rules) is { } refusal)
            return refusal;
        return write.HasTimestamp && !IsTime(write.Timestamp)
            ? new WriteRefusal(
                MxStatusCategory.OperationalError, $"the time stamp of the write to \"{item.Definition}\" is no time; timestamp_value takes a Time")
            : null;
    }

    private static bool IsTime(MxValue? value) =>
        value is { IsNull: false, KindCase: MxValue.KindOneofCase.TimestampValue } && WrittenValues.IsTime(value.TimestampValue);

    private static WriteCredentials Credentials(MxWorker worker, MxItem item, MxWrite write)
    {
        worker.Find(write.ServerHandle, out MxRegistration? registration);
        bool isOther = write.VerifierUserId != write.UserId || !worker.IsSecurityOn || !worker.Rules.Hold(GatewayRule.OtherVerifier);
        return new WriteCredentials(
            IsSecured: write.VerifierUserId is not null,
            item.IsSupervisory,
            registration.HasUser(write.UserId),
            HasVerifier: write.VerifierUserId is { } verifier && registration.HasUser(verifier),
            isOther);
    }

    private static MxStatusProxy Status(WriteRefusal refusal) => Statuses.Failed(refusal.Category, refusal.Detail, refusal.Reason);
}
