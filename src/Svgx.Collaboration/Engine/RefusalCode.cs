namespace Svgx.Collaboration.Engine;

/// <summary>The protocol's codes that the engine itself answers with; those about an operation's content come from <c>Documents</c>.</summary>
internal static class RefusalCode
{
    public const string DocumentNotFound = "document_not_found";
    public const string BranchNotFound = "branch_not_found";
    public const string DocumentFull = "document_full";
    public const string TokenRevoked = "token_revoked";
    public const string ReadOnly = "read_only";
    public const string UnknownOperationType = "unknown_operation_type";
    public const string UnsupportedOperation = "unsupported_operation";
    public const string InvalidData = "invalid_data";
    public const string NothingToUndo = "nothing_to_undo";
    public const string NothingToRedo = "nothing_to_redo";
    public const string UnknownConflict = "unknown_conflict";
    public const string ConflictSettled = "conflict_settled";
    public const string UnknownStrategy = "unknown_strategy";
    public const string Locked = "locked";
    public const string TooManyLocks = "too_many_locks";
    public const string RateLimited = "rate_limited";
    public const string BatchFailed = "batch_failed";
    public const string VersionNotFound = "version_not_found";
    public const string VersionDamaged = "version_damaged";
    public const string BranchExists = "branch_exists";
    public const string DocumentDamaged = "document_damaged";
    public const string NothingToMerge = "nothing_to_merge";
    public const string Retry = "retry";
    public const string StorageFailed = "storage_failed";
}
