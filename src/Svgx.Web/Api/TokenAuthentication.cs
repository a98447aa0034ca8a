using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Security;

namespace Svgx.Web.Api;

/// <summary>Signs a request in by a tool's token as its bearer token. What the token is limited to goes along as claims.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenValidator tokens, TokenRegistry registry, AuditTrail audit, ApiLimits limits)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "SvgxToken";
    public const string DocumentClaim = "svgx:document";
    public const string RoleClaim = "svgx:role";

    public const string TokenIdClaim = "svgx:token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var result = await tokens.ValidateAsync(header.AsMemory(7).Trim(), Context.RequestAborted);
        if (result is not TokenResult.Valid { Claims: var claims })
        {
            var address = AddressKey.Of(Context.Connection.RemoteIpAddress);
            // Other bearers, as a scraper's, are not ours to judge; and the trail is not for filling up.
            if (header.AsSpan(7).Trim().StartsWith("svgx", StringComparison.Ordinal) && limits.RefusedTokens.TryTake(address, out _))
                audit.Record(new(AuditKind.TokenRefused) { UserId = result.UserId, Address = address, Detail = result switch { TokenResult.Expired => "token_expired", TokenResult.Revoked => "token_revoked", _ => "token_invalid" } });
            return AuthenticateResult.Fail("The token is not valid, has expired or was taken back.");
        }
        registry.NoteUse(claims.Identity);
        var identity = new ClaimsIdentity(SchemeName) { BootstrapContext = claims.Identity };
        identity.AddClaim(new(ClaimTypes.NameIdentifier, claims.UserId));
        if (claims.DocumentId is { } document)
            identity.AddClaim(new(DocumentClaim, document.ToString()));
        if (claims.Role is { } role)
            identity.AddClaim(new(RoleClaim, role.ToString()));
        if (claims.Identity.TokenId is { } id)
            identity.AddClaim(new(TokenIdClaim, id));
        return AuthenticateResult.Success(new(new(identity), SchemeName));
    }
}
