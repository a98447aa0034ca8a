namespace Svgx.Collaboration.Conflicts;

/// <summary>What a document does with conflicts, by type.</summary>
public sealed record ConflictPolicy
{
    /// <summary>Two operations of one type. Default: last write wins.</summary>
    public ConflictRule Concurrent { get; init; } = new();

    /// <summary>A move or resize against another change. Default: last write wins.</summary>
    public ConflictRule Transformation { get; init; } = new();

    /// <summary>Other changes of different types. Default: last write wins.</summary>
    public ConflictRule Modification { get; init; } = new();

    /// <summary>Deletion against change: always held. Default: it waits for a person, without end.</summary>
    public ConflictRule Deletion { get; init; } = new() { Strategy = ConflictStrategies.Manual, TimeOutStrategy = ConflictStrategies.Merge };

    /// <summary>The rule for a <see cref="Conflict.Type"/>.</summary>
    public ConflictRule For(string type) => type switch
    {
        ConflictTypes.Deletion => Deletion,
        ConflictTypes.Transformation => Transformation,
        ConflictTypes.Modification => Modification,
        _ => Concurrent,
    };

    /// <summary>What is wrong with the policy, for a person; <see langword="null"/> where nothing is.</summary>
    public string? Fault()
    {
        foreach (var (name, rule) in new[] { ("concurrent", Concurrent), ("transformation", Transformation), ("modification", Modification), ("deletion", Deletion) })
        {
            if (rule.Strategy != ConflictStrategies.Manual && !ConflictStrategies.Unattended.Contains(rule.Strategy))
                return $"The strategy of {name} must be last_write_wins, merge, reject or manual.";
            if (!ConflictStrategies.Unattended.Contains(rule.TimeOutStrategy))
                return $"The time-out strategy of {name} must be last_write_wins, merge or reject.";
            if (rule.TimeOut is { } timeOut && (timeOut < TimeSpan.FromSeconds(1) || timeOut > TimeSpan.FromDays(365)))
                return $"The time-out of {name} must be from a second to a year.";
        }
        return Deletion.Strategy == ConflictStrategies.Manual ? null : "A deletion against a change is always held: its strategy must be manual.";
    }
}

/// <summary>What is done with conflicts of one type.</summary>
public sealed record ConflictRule
{
    /// <summary><c>last_write_wins</c> (default), <c>merge</c>, <c>reject</c>, or <c>manual</c>: hold it.</summary>
    public string Strategy { get; init; } = ConflictStrategies.LastWriteWins;

    /// <summary>How long a held one waits for a person, from a second to a year; <see langword="null"/> (default): without end.</summary>
    public TimeSpan? TimeOut { get; init; }

    /// <summary>What the time-out does: <c>last_write_wins</c> (default), <c>merge</c> or <c>reject</c>.</summary>
    public string TimeOutStrategy { get; init; } = ConflictStrategies.LastWriteWins;
}
