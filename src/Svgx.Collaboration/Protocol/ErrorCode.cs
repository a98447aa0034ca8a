namespace Svgx.Collaboration.Protocol;

/// <summary>The error codes that the protocol itself answers with; docs/protocol.md lists all there are.</summary>
internal static class ErrorCode
{
    public const string InvalidJson = "invalid_json";
    public const string NestingTooDeep = "nesting_too_deep";
    public const string BinaryNotSupported = "binary_not_supported";
    public const string UnknownType = "unknown_type";
    public const string InvalidMessage = "invalid_message";
    public const string NotJoined = "not_joined";
    public const string AlreadyJoined = "already_joined";
    public const string TokenMissing = "token_missing";
    public const string TokenInvalid = "token_invalid";
    public const string TokenExpired = "token_expired";
    public const string TokenRevoked = "token_revoked";
    public const string UserMismatch = "user_mismatch";
    public const string SessionMismatch = "session_mismatch";
    public const string DocumentRequired = "document_required";
    public const string DocumentNotFound = "document_not_found";
    public const string RateLimited = "rate_limited";
    public const string TooManyConnections = "too_many_connections";
    public const string Forbidden = "forbidden";
}
