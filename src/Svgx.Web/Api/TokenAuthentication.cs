using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Security;

namespace Svgx.Web.Api;

/// <summary>Signs a request in by a tool's token as its bearer token. What the token is limited to goes along as claims.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenValidator tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "SvgxToken";
    public const string DocumentClaim = "svgx:document";
    public const string RoleClaim = "svgx:role";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());
        if (tokens.Validate(header.AsSpan(7).Trim()) is not TokenResult.Valid { Claims: var claims })
            return Task.FromResult(AuthenticateResult.Fail("The token is not valid or has expired."));
        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, claims.UserId));
        if (claims.DocumentId is { } document)
            identity.AddClaim(new(DocumentClaim, document.ToString()));
        if (claims.Role is { } role)
            identity.AddClaim(new(RoleClaim, role.ToString()));
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), SchemeName)));
    }
}
