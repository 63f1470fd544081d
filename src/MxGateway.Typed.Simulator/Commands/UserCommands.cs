using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Keys;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// The users who write. MXAccess: an id belongs to its server handle; while Galaxy security is off, any credentials yield user id 1.
/// </summary>
internal static class UserCommands
{
    public static MxCommandReply AuthenticateUser(MxWorker worker, MxCommand command)
    {
        AuthenticateUserCommand authenticate = command.AuthenticateUser;
        if (worker.Find(authenticate.ServerHandle, out MxRegistration? registration) is { } unknown)
            return Replies.Rejected(unknown);
        if (!worker.IsSecurityOn)
            return Authenticated(registration.AddAnyUser());

        if (worker.Users.FindUser(authenticate.UserName, authenticate.Password) is { } user)
            return Authenticated(registration.AddUser(user.Name));

        // The same words where there is no such user: who guesses names learns nothing.
        return worker.Rules.Hold(GatewayRule.WrongPassword)
            ? Replies.Rejected(MxRejection.Logon("the Galaxy does not know this user with this password"))
            : Authenticated(registration.AddAnyUser());
    }

    public static MxCommandReply ArchestrAUserToId(MxWorker worker, MxCommand command)
    {
        ArchestrAUserToIdCommand asked = command.ArchestraUserToId;
        if (worker.Find(asked.ServerHandle, out MxRegistration? registration) is { } unknown)
            return Replies.Rejected(unknown);
        if (!Guid.TryParse(asked.UserGuid, out Guid guid))
            return Replies.Rejected(MxRejection.Argument("user_guid is no GUID, such as 6f9619ff-8b86-d011-b42d-00cf4fc964ff"));
        if (!worker.IsSecurityOn)
            return IdOf(registration.AddAnyUser());
        if (worker.Users.FindUser(guid) is { } user)
            return IdOf(registration.AddUser(user.Name));
        return worker.Rules.Hold(GatewayRule.UserGuid)
            ? Replies.Rejected(MxRejection.Logon($"the Galaxy has no user with the GUID {guid}"))
            : IdOf(registration.AddAnyUser());
    }

    private static MxCommandReply Authenticated(int id)
    {
        MxCommandReply reply = Replies.Ok();
        reply.AuthenticateUser = new AuthenticateUserReply { UserId = id };
        return reply;
    }

    private static MxCommandReply IdOf(int id)
    {
        MxCommandReply reply = Replies.Ok();
        reply.ArchestraUserToId = new ArchestrAUserToIdReply { UserId = id };
        return reply;
    }
}
