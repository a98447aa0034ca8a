using System.Collections.Immutable;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Client;

/// <summary>A change that made a version, as the server answers it.</summary>
/// <param name="Version">The new version.</param>
/// <param name="OperationId">The operation that did it; <see langword="null"/> where nothing had to change.</param>
/// <param name="OpenClashes">Of a merge: how many clashes no resolution decided.</param>
/// <param name="ConflictIds">The open conflicts that hold them, one for each element.</param>
public sealed record VersionChanged(DocumentVersion Version, string? OperationId, int OpenClashes, ImmutableArray<string> ConflictIds);

/// <summary>The drawing at a point of history.</summary>
/// <param name="Branch">The branch it is of.</param>
/// <param name="Revision">The branch's revision.</param>
/// <param name="VersionId">The version, where one was asked for.</param>
/// <param name="Document">The drawing; the caller's own.</param>
public sealed record HistoricContent(string Branch, long Revision, string? VersionId, Documents.Document Document);
