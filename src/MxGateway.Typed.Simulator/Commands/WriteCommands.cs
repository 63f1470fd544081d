using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Plant;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// Writes, and the users that sign them. A write that MXAccess takes is answered with OK at once; how it went comes as OnWriteComplete for the item,
/// followed by the data change where the value is another one.
/// </summary>
/// <remarks>
/// While Galaxy security is off, any credentials yield user id 1 (MXAccess), so that two users cannot be told apart:
/// a verified write is then taken with 1 as operator and as verifier. With security on, the verifier must be another user by name.
/// </remarks>
internal static class WriteCommands
{
    public static MxCommandReply Write(MxWorker worker, MxCommand command)
    {
        WriteCommand write = command.Write;
        return Replies.Of(Write(worker, write.ServerHandle, write.ItemHandle, write.Value, (item, registration) =>
            new WriteCredentials(IsSecured: false, item.IsSupervisory, registration.HasUser(write.UserId), HasVerifier: false, IsOtherVerifier: false)));
    }

    public static MxCommandReply WriteSecured(MxWorker worker, MxCommand command)
    {
        WriteSecuredCommand write = command.WriteSecured;
        return Replies.Of(Write(worker, write.ServerHandle, write.ItemHandle, write.Value, (item, registration) =>
        {
            bool isOther = write.VerifierUserId != write.CurrentUserId || !worker.Users.HasUsers;
            return new WriteCredentials(IsSecured: true, item.IsSupervisory, registration.HasUser(write.CurrentUserId), registration.HasUser(write.VerifierUserId), isOther);
        }));
    }

    public static MxCommandReply AuthenticateUser(MxWorker worker, MxCommand command)
    {
        AuthenticateUserCommand authenticate = command.AuthenticateUser;
        if (worker.Find(authenticate.ServerHandle, out MxRegistration? registration) is { } unknown)
            return Replies.Rejected(unknown);

        int id;
        if (!worker.Users.HasUsers)
            id = registration.AddAnyUser();
        else if (worker.Users.FindUser(authenticate.UserName, authenticate.Password) is { } user)
            id = registration.AddUser(user.Name);
        else
            return Replies.Rejected(MxRejection.Logon("the Galaxy does not know this user with this password"));

        MxCommandReply reply = Replies.Ok();
        reply.AuthenticateUser = new AuthenticateUserReply { UserId = id };
        return reply;
    }

    private static MxRejection? Write(MxWorker worker, int serverHandle, int itemHandle, MxValue? written, Func<MxItem, MxRegistration, WriteCredentials> credentials)
    {
        if (worker.Find(serverHandle, itemHandle, out MxItem? item) is { } unknown)
            return unknown;
        if (!item.HadDataChange)
            return MxRejection.Argument($"\"{item.Definition}\" has had no data change yet, so its type is not known: advise it and wait for its first value before writing");

        worker.Find(serverHandle, out MxRegistration? registration);
        if (item.Tag is not { } tag)
            item.OnWriteComplete(item.WrongReference());
        else if (item.Reference is { Part: not TagPart.Whole })
            item.OnWriteComplete(Statuses.Failed(MxStatusCategory.OperationalError, 0, "the simulator does not write elements and bits yet"));
        else if (WriteRules.Refuse(tag.Definition, credentials(item, registration), worker.Users.HasUsers) is { } refusal)
            item.OnWriteComplete(Statuses.Failed(MxStatusCategory.SecurityError, refusal.Detail, refusal.Reason));
        else if (!WrittenValues.TryTake(tag.Type, tag.Definition.IsArray, written, out MxValue? value, out string? mismatch))
            item.OnWriteComplete(Statuses.Failed(MxStatusCategory.OperationalError, 0, mismatch));
        else
            worker.Plant.Write(tag, value, completed: () => item.OnWriteComplete(Statuses.Ok()));
        return null;
    }
}
