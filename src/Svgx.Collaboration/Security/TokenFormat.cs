namespace Svgx.Collaboration.Security;

/// <summary><c>svgx1.KEYID.PAYLOAD.MAC</c>: base64url without padding; the MAC is HMAC-SHA256 over everything before its dot.</summary>
internal static class TokenFormat
{
    public const string Prefix = "svgx1";
    public const int MacBytes = 32;

    /// <summary>Longer texts are refused unread: a token with the longest permitted names stays far below.</summary>
    public const int MaxLength = 4096;
}
