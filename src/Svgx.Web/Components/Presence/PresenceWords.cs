using Svgx.Collaboration.Presence;

namespace Svgx.Web.Components.Presence;

/// <summary>Presence as people say it.</summary>
internal static class PresenceWords
{
    /// <summary>What somebody is doing.</summary>
    public static string Doing(PresenceEntry person, IReadOnlyDictionary<string, string> names) => person.Status switch
    {
        PresenceStatus.Offline => "connection lost",
        PresenceStatus.Away => "away",
        PresenceStatus.Editing => person.CurrentElement is { } element && names.TryGetValue(element, out var name) ? $"editing {name}" : "editing",
        _ => person.Selection.Length switch
        {
            0 => person.Status == PresenceStatus.Viewing ? "viewing" : "online",
            1 => names.TryGetValue(person.Selection[0], out var name) ? $"has selected {name}" : "has selected an element",
            var count => $"has selected {count} elements",
        },
    };

    /// <summary>The elements that <see cref="Doing"/> would name.</summary>
    public static string? Named(PresenceEntry person) => person.Status switch
    {
        PresenceStatus.Offline or PresenceStatus.Away => null,
        PresenceStatus.Editing => person.CurrentElement,
        _ => person.Selection.Length == 1 ? person.Selection[0] : null,
    };

    /// <summary>A status in one word, as the class of its mark.</summary>
    public static string Mark(PresenceStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>How good a connection is, with its round trip.</summary>
    public static string Connection(PresenceEntry person) => person.Connection switch
    {
        ConnectionQuality.Good => $"Good connection, {person.LatencyMs} ms",
        ConnectionQuality.Fair => $"Fair connection, {person.LatencyMs} ms",
        ConnectionQuality.Poor => $"Poor connection, {person.LatencyMs} ms",
        _ => "Connection not measured",
    };

    /// <summary>How many they are: "3 people and 1 tool".</summary>
    public static string Number(IReadOnlyCollection<PresenceEntry> here)
    {
        var tools = here.Count(person => person.IsTool);
        var people = here.Count - tools;
        var (counted, used) = (people == 1 ? "1 person" : $"{people} people", tools == 1 ? "1 tool" : $"{tools} tools");
        return tools == 0 ? counted : people == 0 ? used : $"{counted} and {used}";
    }

    /// <summary>Up to two letters for an avatar.</summary>
    public static string Initials(string name)
    {
        var letters = string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Select(word => System.Globalization.StringInfo.GetNextTextElement(word).ToUpperInvariant()));
        return letters.Length > 0 ? letters : "?";
    }

    /// <summary>An entry of the activity log after the name of who did it: "moved 12 elements".</summary>
    public static string Did(ActivityEntry entry, IReadOnlyDictionary<string, string> names) => entry.Kind switch
    {
        ActivityKind.Joined => "came in",
        ActivityKind.Left => "left",
        ActivityKind.Away => "went away",
        ActivityKind.Back => "came back",
        ActivityKind.Operation => Changed(entry, names),
        ActivityKind.Comment => Commented(entry, names),
        ActivityKind.Conflict when entry.Detail == entry.Username => $"merged changes that clash over {Elements(entry, names)}",
        ActivityKind.Conflict => $"clashed with {entry.Detail} over {Elements(entry, names)}",
        ActivityKind.Version => entry.Detail is null ? "saved a version" : $"saved the version “{entry.Detail}”",
        ActivityKind.BranchCreated => $"made the branch {entry.Detail}",
        ActivityKind.BranchDeleted => $"deleted the branch {entry.Detail}",
        ActivityKind.BranchPurged => $"deleted the branch {entry.Detail} for good",
        var kind => $"{kind.Replace('_', ' ')}{(entry.Detail is null ? "" : $": {entry.Detail}")}",
    };

    private static string Commented(ActivityEntry entry, IReadOnlyDictionary<string, string> names)
    {
        var comments = entry.Count == 1 ? "a comment" : $"{entry.Count} comments";
        return entry.Detail switch
        {
            "created" => entry.ElementIds.IsEmpty ? $"wrote {comments}" : $"commented on {Elements(entry, names)}",
            "replied" => $"answered {comments}",
            "edited" => $"edited {comments}",
            "deleted" => $"deleted {comments}",
            "restored" => $"brought {comments} back",
            "resolved" => $"resolved {comments}",
            "reopened" => $"opened {comments} again",
            _ => $"changed {comments}",
        };
    }

    private static string Changed(ActivityEntry entry, IReadOnlyDictionary<string, string> names)
    {
        var (what, about) = (entry.Detail ?? "").Split(':', 2) is [var kind, var rest] ? (kind, rest) : (entry.Detail ?? "", "");
        return what switch
        {
            "create" => $"added {Elements(entry, names)}",
            "move" => $"moved {Elements(entry, names)}",
            "resize" => $"resized {Elements(entry, names)}",
            "delete" => $"deleted {Elements(entry, names)}",
            "layer_change" => $"reordered {Elements(entry, names)}",
            "constraint_add" or "constraint_remove" => $"changed constraints of {Elements(entry, names)}",
            "assembly_update" => $"changed the assembly of {Elements(entry, names)}",
            "undo" => entry.Count == 1 ? "took a step back" : $"took {entry.Count} steps back",
            "redo" => entry.Count == 1 ? "brought a step back" : $"brought {entry.Count} steps back",
            "resolution" => "settled a conflict",
            "revert" => "brought back a version",
            "restore" => "brought back an earlier state",
            "merge" => about.Length > 0 ? $"merged {about}" : "merged a branch",
            _ => $"changed {Elements(entry, names)}",
        };
    }

    private static string Elements(ActivityEntry entry, IReadOnlyDictionary<string, string> names) => entry.ElementIds.Length switch
    {
        1 => names.TryGetValue(entry.ElementIds[0], out var name) ? name : "an element",
        >= 50 when entry.Count > entry.ElementIds.Length => "50 or more elements",
        var count => $"{count} elements",
    };
}
