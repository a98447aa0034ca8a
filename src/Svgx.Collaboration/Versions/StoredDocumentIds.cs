using System.Collections.Immutable;

namespace Svgx.Collaboration.Versions;

/// <summary>The documents that a database has anything of.</summary>
/// <param name="Ids">Their ids, in order.</param>
/// <param name="Unreadable">What stands where an id should, and is none: damage.</param>
public sealed record StoredDocumentIds(ImmutableArray<Guid> Ids, ImmutableArray<string> Unreadable);
