using System.Collections.Immutable;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Conflicts;

/// <summary>What a strategy makes of a conflict, and the changes that bring a document there. Says what it does for the clashing values, whoever has changed them since.</summary>
internal static class ResolutionPlanner
{
    /// <summary>Checks a decision; <see langword="null"/> where it can be carried out.</summary>
    public static string? Fault(Conflict conflict, ConflictDecision decision)
    {
        if (decision.Strategy != ConflictStrategies.UserChoice)
            return null;
        if (decision.ChosenOperationId is null == decision.Choices is null or { Count: 0 })
            return "\"user_choice\" needs either \"chosen_operation_id\" or \"choices\".";
        if (decision.ChosenOperationId is { } chosen)
            return Side(conflict, chosen) is null ? $"The operation \"{chosen}\" is not one of this conflict's." : null;
        if (IsDeletion(conflict))
            return "A deletion cannot be chosen value by value; name an operation in \"chosen_operation_id\".";
        foreach (var (name, operation) in decision.Choices!)
        {
            if (!conflict.Base.ContainsKey(name))
                return $"\"{name}\" does not clash in this conflict.";
            if (Side(conflict, operation) is null)
                return $"The operation \"{operation}\" is not one of this conflict's.";
        }
        return null;
    }

    /// <summary>The changes that carry out a decision with a strategy other than <c>automatic</c> and <c>manual</c>. What no longer fits, since elements are gone, is left as it is.</summary>
    public static ImmutableArray<DocumentChange> Plan(Document document, Conflict conflict, ConflictDecision decision)
    {
        if (IsDeletion(conflict))
            return PlanDeletion(document, conflict, decision);
        if (!document.TryGetElement(conflict.ElementId, out var element))
            return [];
        var values = new List<KeyValuePair<string, string?>>();
        foreach (var name in conflict.Base.Keys)
        {
            if (TryDecide(element, conflict, decision, name, out var value))
                values.Add(new(name, value));
        }
        return Set(document, element, conflict, values);
    }

    /// <summary>The changes that give an element values, attributes with what their prefixes stood for.</summary>
    private static ImmutableArray<DocumentChange> Set(Document document, SvgElement element, Conflict conflict, IEnumerable<KeyValuePair<string, string?>> values)
    {
        var changes = ImmutableArray.CreateBuilder<DocumentChange>();
        var attributes = new List<(string Name, string? Value, string? Namespace)>();
        var parent = element.Parent;
        foreach (var (name, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var ns = conflict.Namespaces?.GetValueOrDefault(name);
            switch (ClashValues.Set(document, element, name, value, ns))
            {
                case SetAttributes one:
                    attributes.AddRange(one.Attributes.Select(attribute => (attribute.Key, attribute.Value, ns)));
                    break;
                case PlaceElement place:
                    changes.AddRange(PrefixScope.Moving(document, element, place));
                    parent = document.TryGetElement(place.ParentId, out var next) ? next : parent;
                    break;
                case { } other:
                    changes.Add(other);
                    break;
            }
        }
        var set = PrefixScope.Returning(element, parent, attributes, changes.OfType<SetAttributes>().SelectMany(change => change.Attributes));
        if (!set.IsEmpty)
            changes.Add(new SetAttributes(element.Id, set));
        return RemovalAlone(changes.ToImmutable());
    }

    /// <summary>Nothing can be set on an element that goes.</summary>
    private static ImmutableArray<DocumentChange> RemovalAlone(ImmutableArray<DocumentChange> changes) => changes.OfType<RemoveElement>().FirstOrDefault() is { } removal ? [removal] : changes;

    /// <summary>What a decision makes of one clashing value; <see langword="false"/> where it leaves it. Without the element a merged style is not judged again.</summary>
    internal static bool TryDecide(SvgElement? element, Conflict conflict, ConflictDecision decision, string name, out string? value)
    {
        var (first, second) = (conflict.First.Values.GetValueOrDefault(name), conflict.Second.Values.GetValueOrDefault(name));
        var (earlier, last) = conflict.LastByFirst.Contains(name) ? (second, first) : (first, second);
        switch (decision.Strategy)
        {
            case ConflictStrategies.LastWriteWins:
                value = last;
                return true;
            case ConflictStrategies.Merge:
                value = ThreeWayValue.Merge(element, name, conflict.Base[name], earlier, last);
                return true;
            case ConflictStrategies.Reject:
                value = conflict.Base[name];
                return true;
            case ConflictStrategies.UserChoice:
                value = null;
                if ((decision.ChosenOperationId ?? decision.Choices!.GetValueOrDefault(name)) is not { } operation)
                    return false;
                value = Side(conflict, operation)!.Values.GetValueOrDefault(name);
                return true;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static ConflictSide? Side(Conflict conflict, string operationId) =>
        conflict.First.OperationIds.Contains(operationId) ? conflict.First : conflict.Second.OperationIds.Contains(operationId) ? conflict.Second : null;

    public static bool IsDeletion(Conflict conflict) => conflict.First.IsDelete || conflict.Second.IsDelete;

    private static ImmutableArray<DocumentChange> PlanDeletion(Document document, Conflict conflict, ConflictDecision decision)
    {
        var (deleting, changing) = conflict.First.IsDelete ? (conflict.First, conflict.Second) : (conflict.Second, conflict.First);
        var deletes = decision.Strategy switch
        {
            ConflictStrategies.LastWriteWins => ReferenceEquals(deleting, conflict.Second),
            ConflictStrategies.UserChoice => ReferenceEquals(Side(conflict, decision.ChosenOperationId!), deleting),
            _ => false,
        };
        if (deletes)
            return document.TryGetElement(conflict.ElementId, out var element) && element.Parent is not null ? [new RemoveElement(element.Id)] : [];
        if (decision.Strategy != ConflictStrategies.Reject || !document.TryGetElement(changing.ElementId, out var changed))
            return []; // the change stands already
        return Set(document, changed, conflict, conflict.Base);
    }
}
