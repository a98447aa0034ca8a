using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Versions;

/// <summary>What somebody may do with versions as of now. Asked at the door, and once more right before a change: in between contents are read and compared, for seconds perhaps.</summary>
internal static class VersionRights
{
    /// <exception cref="VersionRefusedException">They may not.</exception>
    public static async ValueTask<DocumentAccess> RequireAsync(this SessionServices services, Guid documentId, string userId, DocumentRole? maxRole, TokenIdentity? token, DocumentRole least, CancellationToken cancellationToken)
    {
        if (token is not null && services.Revocations.Covers(token))
            throw new VersionRefusedException(RefusalCode.TokenRevoked, "The token was taken back; get a new one.");
        if (await services.Access.GetAsync(documentId, userId, cancellationToken) is not { } access)
            throw new VersionRefusedException(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
        return Seat.Limit(access.Role, maxRole) >= least ? access : throw new VersionRefusedException(RefusalCode.ReadOnly, "Your role in this document does not allow changes.");
    }
}
