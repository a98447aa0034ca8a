namespace Svgx.Collaboration.Conflicts;

/// <summary>Tells what a strategy would make of a conflict, before anybody decides. Pure: it reads the conflict alone.</summary>
public static class ConflictOutcome
{
    /// <summary>The clashing values by name as the strategy would set them; <see langword="null"/>: absent. A name left out would stay as it is. Of a deletion there are no values to tell.</summary>
    /// <param name="conflict">The conflict.</param>
    /// <param name="strategy">One of <see cref="ConflictStrategies.Unattended"/>.</param>
    /// <exception cref="ArgumentException">The strategy decides nothing by itself.</exception>
    public static IReadOnlyDictionary<string, string?> Of(Conflict conflict, string strategy)
    {
        if (!ConflictStrategies.Unattended.Contains(strategy))
            throw new ArgumentException("Only a strategy that decides by itself has an outcome to tell.", nameof(strategy));
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (ResolutionPlanner.IsDeletion(conflict))
            return values;
        foreach (var name in conflict.Base.Keys)
        {
            if (ResolutionPlanner.TryDecide(element: null, conflict, new(conflict.ConflictId, strategy), name, out var value))
                values[name] = value;
        }
        return values;
    }
}
