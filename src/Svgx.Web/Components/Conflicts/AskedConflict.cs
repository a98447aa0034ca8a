namespace Svgx.Web.Components.Conflicts;

/// <summary>A conflict that somebody wants to see now; asked for again it is another one, so that the same card comes into sight once more.</summary>
public sealed class AskedConflict(string conflictId)
{
    /// <summary>Which.</summary>
    public string ConflictId { get; } = conflictId;
}
