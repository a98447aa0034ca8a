using System.Security.Claims;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

namespace Svgx.Web.Api;

/// <summary>Who calls the API, and what a token limits them to.</summary>
internal sealed record ApiCaller(string UserId, Guid? DocumentId, DocumentRole? MaxRole, TokenIdentity? Token)
{
    public static ApiCaller Of(ClaimsPrincipal user) => new(
        user.UserId()!,
        user.FindFirstValue(TokenAuthentication.DocumentClaim) is { } document ? Guid.Parse(document) : null,
        user.FindFirstValue(TokenAuthentication.RoleClaim) is { } role ? Enum.Parse<DocumentRole>(role) : null,
        user.Identities.Select(identity => identity.BootstrapContext).OfType<TokenIdentity>().FirstOrDefault());

    public bool IsLimited => DocumentId is not null || MaxRole is not null;

    /// <summary>Refuses what the token does not reach, whatever its user may do.</summary>
    public void Require(Guid documentId, DocumentRole role)
    {
        if (DocumentId is not null && DocumentId != documentId)
            throw new DocumentRefusedException("forbidden", "The token is for another document.");
        Require(role);
    }

    public void Require(DocumentRole role)
    {
        if (MaxRole < role)
            throw new DocumentRefusedException("forbidden", "The token's role does not allow that.");
    }

    public void RequireUnlimited()
    {
        if (DocumentId is not null)
            throw new DocumentRefusedException("forbidden", "The token is for one document only.");
    }
}
