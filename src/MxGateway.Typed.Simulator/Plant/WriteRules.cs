using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>How a write comes in: what it shows to prove that it may.</summary>
/// <param name="IsSecured">WriteSecured, and not Write.</param>
/// <param name="IsSupervisory">The item is advised as a supervisory client.</param>
/// <param name="HasUser">The write names a user who was authenticated; for a secured write, the operator.</param>
/// <param name="HasOtherVerifier">A secured write names a verifier who was authenticated and is another user.</param>
internal readonly record struct WriteCredentials(bool IsSecured, bool IsSupervisory, bool HasUser, bool HasOtherVerifier);

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
    /// <returns>Null where the write may happen, else the refusal's detail and words.</returns>
    public static (int Detail, string Reason)? Refuse(RepositoryAttribute attribute, WriteCredentials credentials, bool galaxySecurity)
    {
        if (attribute.SecurityClassification == ViewOnly)
            return (0, "the attribute is view-only");
        if (!IsWritable(attribute.MxAttributeCategory, credentials.IsSupervisory))
            return (0, $"an attribute of category {attribute.MxAttributeCategory} is not written at run time by such a client");

        switch (attribute.SecurityClassification)
        {
            case VerifiedWrite when !credentials.IsSecured || !credentials.HasUser:
                return (VerifiedWriteNeeded, "the attribute takes verified writes only: WriteSecured with an operator and a verifier");
            case VerifiedWrite when !credentials.HasOtherVerifier:
                return (VerifiedWriteNeeded, "the verifier must be another user than the operator");
            case SecuredWrite when !credentials.IsSecured || !credentials.HasUser:
                return (SecuredWriteNeeded, "the attribute takes secured writes only: WriteSecured with an operator who was authenticated");
        }

        if (credentials.IsSecured && !credentials.HasUser)
            return (SecuredWriteNeeded, "a secured write needs an operator who was authenticated");
        return galaxySecurity && attribute.SecurityClassification != FreeAccess && credentials is { HasUser: false, IsSupervisory: false }
            ? (0, "Galaxy security is on: the write needs a user id, or a supervisory advise")
            : null;
    }

    /// <summary>MXAccess: a user writes 4, 6, 7, 8, 9, 10; a supervisory client also 5. A category that is not known is read-only.</summary>
    private static bool IsWritable(int category, bool isSupervisory) => category is 4 or 6 or 7 or 8 or 9 or 10 || (isSupervisory && category == 5);
}
