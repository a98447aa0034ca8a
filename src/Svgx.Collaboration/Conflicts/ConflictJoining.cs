using System.Collections.Immutable;

namespace Svgx.Collaboration.Conflicts;

/// <summary>Makes a conflict of a clash, or adds a clash to one.</summary>
internal static class ConflictJoining
{
    public static Conflict Open(Guid documentId, string branch, Clash clash, TouchSource own, DateTimeOffset now) => new()
    {
        ConflictId = Conflict.NewId(now),
        DocumentId = documentId,
        Branch = branch,
        ElementId = clash.ElementId,
        Type = ConflictTypes.Of(clash.Other.Type, own.Type) is var type && (clash.OtherDeletes || clash.OwnDeletes) ? ConflictTypes.Deletion : type,
        Severity = clash.OtherDeletes || clash.OwnDeletes ? ConflictSeverity.High : ConflictTypes.Severity(clash.Other.Type, own.Type),
        AutoResolvable = !clash.OtherDeletes && !clash.OwnDeletes,
        Status = ConflictStatus.Open,
        First = Side(clash.Other, clash.OtherElementId, clash.OtherDeletes, clash.Values.Select(value => KeyValuePair.Create(value.Name, clash.OtherDeletes ? null : value.Other))),
        Second = Side(own, clash.OwnElementId, clash.OwnDeletes, clash.Values.Select(value => KeyValuePair.Create(value.Name, clash.OwnDeletes ? null : value.Own))),
        Base = Table(clash.Values.Select(value => KeyValuePair.Create(value.Name, value.Base))),
        Namespaces = Namespaces(clash, []),
        Before = clash.Before,
        DetectedAt = now.UtcDateTime,
        Clashes = 1,
    };

    /// <summary>The conflict with one more clash: what clashed before keeps its base, each side its newest values.</summary>
    public static Conflict Join(Conflict conflict, Clash clash, TouchSource own)
    {
        var ownIsFirst = conflict.First.UserId == own.UserId;
        var (mine, theirs) = ownIsFirst ? (conflict.First, conflict.Second) : (conflict.Second, conflict.First);
        mine = With(mine, own);
        theirs = With(theirs, clash.Other);
        var deletes = clash.OtherDeletes || clash.OwnDeletes;
        if (!deletes && !ResolutionPlanner.IsDeletion(conflict))
        {
            mine = mine with { Values = Table([.. mine.Values, .. clash.Values.Select(value => KeyValuePair.Create(value.Name, value.Own))]) };
            theirs = theirs with { Values = Table([.. theirs.Values, .. clash.Values.Select(value => KeyValuePair.Create(value.Name, value.Other))]) };
            var names = clash.Values.Select(value => value.Name);
            conflict = conflict with
            {
                Type = ConflictTypes.Of(clash.Other.Type, own.Type),
                Severity = (ConflictSeverity)Math.Max((int)conflict.Severity, (int)ConflictTypes.Severity(clash.Other.Type, own.Type)),
                Base = Table([.. clash.Values.Select(value => KeyValuePair.Create(value.Name, value.Base)), .. conflict.Base]),
                Namespaces = Namespaces(clash, conflict.Namespaces ?? ImmutableDictionary<string, string>.Empty),
                LastByFirst = ownIsFirst ? [.. conflict.LastByFirst.Union(names)] : [.. conflict.LastByFirst.Except(names)],
            };
        }
        else if (deletes && !ResolutionPlanner.IsDeletion(conflict))
        {
            mine = mine with { IsDelete = clash.OwnDeletes, ElementId = clash.OwnElementId };
            theirs = theirs with { IsDelete = clash.OtherDeletes, ElementId = clash.OtherElementId };
            conflict = conflict with { Type = ConflictTypes.Deletion, Severity = ConflictSeverity.High, AutoResolvable = false };
        }
        return conflict with { First = ownIsFirst ? mine : theirs, Second = ownIsFirst ? theirs : mine, Clashes = conflict.Clashes + 1 };
    }

    private static Dictionary<string, string>? Namespaces(Clash clash, IEnumerable<KeyValuePair<string, string>> known)
    {
        var namespaces = known.ToDictionary(StringComparer.Ordinal);
        foreach (var value in clash.Values)
        {
            if (value.Namespace is { } ns)
                namespaces.TryAdd(value.Name, ns);
        }
        return namespaces.Count == 0 ? null : namespaces;
    }

    private static ConflictSide Side(TouchSource by, string elementId, bool deletes, IEnumerable<KeyValuePair<string, string?>> values) => new()
    {
        UserId = by.UserId,
        Username = by.Username,
        OperationIds = [by.OperationId],
        OperationType = by.Type,
        Timestamp = by.Time,
        ElementId = elementId,
        IsDelete = deletes,
        Values = Table(values),
    };

    private static ConflictSide With(ConflictSide side, TouchSource by)
    {
        var ids = side.OperationIds.Contains(by.OperationId) ? side.OperationIds : side.OperationIds.Add(by.OperationId);
        return side with
        {
            OperationIds = ids.Length > Conflict.MaxOperationIds ? ids.RemoveAt(0) : ids,
            OperationType = side.IsDelete ? side.OperationType : by.Type,
            Timestamp = by.Time,
        };
    }

    private static Dictionary<string, string?> Table(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var table = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
            table[name] = value;
        return table;
    }
}
