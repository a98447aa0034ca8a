using System.Text.Json;

namespace Svgx.Collaboration.Engine;

/// <summary>An operation as a client asks for it.</summary>
/// <param name="OperationId">The client's own id, 1 to 128 characters of <c>A-Z a-z 0-9 . _ : -</c>; sent again, it is applied once. Generated when absent.</param>
/// <param name="OperationType">The wire name, such as <c>move</c>.</param>
/// <param name="ElementId">The element it is about.</param>
/// <param name="Data">An object, by type; undefined counts as empty. Must stay valid until the operation is answered.</param>
/// <param name="BaseRevision">The last confirmed revision the author had seen.</param>
/// <param name="Priority">Kept, not acted on.</param>
/// <param name="GestureId">Ends the previews of that gesture.</param>
/// <param name="GroupId">Consecutive operations of one user with one group are one undo step.</param>
public sealed record OperationRequest(
    string? OperationId,
    string OperationType,
    string? ElementId,
    JsonElement Data,
    long? BaseRevision = null,
    int Priority = 0,
    string? GestureId = null,
    string? GroupId = null)
{
    /// <summary>The size of the message that it came in, which it keeps in memory.</summary>
    internal int MessageBytes { get; init; }
}
