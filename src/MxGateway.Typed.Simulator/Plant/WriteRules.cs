using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>How a write comes in: what it shows to prove that it may.</summary>
/// <param name="IsSecured">WriteSecured, and not Write.</param>
/// <param name="IsSupervisory">The item is advised as a supervisory client.</param>
/// <param name="HasUser">The write names a user who was authenticated; for a secured write, the operator.</param>
/// <param name="HasVerifier">A secured write names a verifier who was authenticated; that may be the operator again.</param>
/// <param name="IsOtherVerifier">The verifier counts as another user than the operator.</param>
internal readonly record struct WriteCredentials(bool IsSecured, bool IsSupervisory, bool HasUser, bool HasVerifier, bool IsOtherVerifier)
{
    /// <summary>MXAccess: a secured write names two users, also where both are the same.</summary>
    public bool IsSigned => IsSecured && HasUser && HasVerifier;
}

/// <summary>Which writes an attribute takes, by its security classification and its category.</summary>
internal static class WriteRules
{
    /// <summary>MXAccess: a secured write is needed.</summary>
    public const int SecuredWriteNeeded = 1012;

    /// <summary>MXAccess: a verified write is needed.</summary>
    public const int VerifiedWriteNeeded = 1013;

    private const int SecuredWrite = 2, VerifiedWrite = 3, ViewOnly = 6, FreeAccess = 0;

    /// <summary>Judges a write.</summary>
    /// <param name="attribute">What is written.</param>
    /// <param name="credentials">How.</param>
    /// <param name="galaxySecurity">Whether Galaxy security is on.</param>
    /// <param name="rules">The rules that hold.</param>
    /// <returns>Null where the write may happen.</returns>
    public static WriteRefusal? Refuse(RepositoryAttribute attribute, WriteCredentials credentials, bool galaxySecurity, GatewayRules rules)
    {
        if (attribute.SecurityClassification == ViewOnly && rules.Hold(GatewayRule.NotWritable))
            return Refused(0, "the attribute is view-only");
        if (!IsWritable(attribute, credentials, galaxySecurity) && rules.Hold(GatewayRule.CategoryDecides))
            return Refused(0, $"an attribute of category {attribute.MxAttributeCategory} is not written at run time by such a client");

        switch (attribute.SecurityClassification)
        {
            case VerifiedWrite when !credentials.IsSigned && rules.Hold(GatewayRule.VerifiedNeeded):
                return Refused(VerifiedWriteNeeded, "the attribute takes verified writes only: WriteSecured with an operator and a verifier");
            case VerifiedWrite when credentials is { IsSigned: true, IsOtherVerifier: false }:
                return Refused(VerifiedWriteNeeded, "the verifier must be another user than the operator");
            case SecuredWrite when !credentials.IsSigned && rules.Hold(GatewayRule.SecuredNeeded):
                return Refused(
                    SecuredWriteNeeded, "the attribute takes secured writes only: WriteSecured with an operator and a verifier who were authenticated");
        }

        if (credentials is { IsSecured: true, IsSigned: false })
            return Refused(SecuredWriteNeeded, "a secured write needs an operator and a verifier who were authenticated");
        bool needsUser = galaxySecurity && rules.Hold(GatewayRule.SecurityOn) && attribute.SecurityClassification != FreeAccess;
        return needsUser && credentials is { HasUser: false, IsSupervisory: false }
            ? Refused(0, "Galaxy security is on: the write needs a user id, or a supervisory advise")
            : null;
    }

    private static WriteRefusal Refused(int detail, string reason) => new(MxStatusCategory.SecurityError, reason, detail);

    /// <summary>
    /// MXAccess: a user writes the categories 4, 6, 7, 8, 9 and 10, a supervisory client 5, 6, 8 and 10. A category that is not known is read-only.
    /// A supervisory advise alone makes no user, unless no user is needed.
    /// </summary>
    private static bool IsWritable(RepositoryAttribute attribute, WriteCredentials credentials, bool galaxySecurity)
    {
        bool isUser = !credentials.IsSupervisory || credentials.HasUser || !galaxySecurity || attribute.SecurityClassification == FreeAccess;
        return (isUser && attribute.MxAttributeCategory is 4 or 6 or 7 or 8 or 9 or 10)
            || (credentials.IsSupervisory && attribute.MxAttributeCategory is 5 or 6 or 8 or 10);
    }
}
