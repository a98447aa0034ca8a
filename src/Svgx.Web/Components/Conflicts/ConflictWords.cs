using System.Text.Json;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Web.Components.Conflicts;

/// <summary>Says in words what a conflict is about.</summary>
internal static class ConflictWords
{
    /// <summary>A name that a person recognises the element by: its label or title, else its kind and id.</summary>
    public static string Element(Conflict conflict)
    {
        if (conflict.Before is null)
            return conflict.ElementId;
        try
        {
            using var node = JsonDocument.Parse(conflict.Before);
            var root = node.RootElement;
            if (Attribute(root, "inkscape:label") is { Length: > 0 } label)
                return label;
            if (Title(root) is { Length: > 0 } title)
                return title;
            return $"{Kind(root.GetProperty("name").GetString()!)} {conflict.ElementId}";
        }
        catch (JsonException)
        {
            return conflict.ElementId;
        }
    }

    /// <summary>What somebody did, as in "moved it".</summary>
    public static string Did(ConflictSide side) => side.IsDelete ? "deleted it" : side.OperationType switch
    {
        "move" => "moved it",
        "resize" => "resized it",
        "layer_change" => "put it elsewhere",
        "create" => "drew it",
        _ => "changed it",
    };

    /// <summary>A value's name as people say it.</summary>
    public static string Name(string name) => name switch
    {
        ClashName.Text => "text",
        ClashName.Place => "place in the layers",
        ClashName.Exists => "the element",
        "d" => "outline",
        _ => name,
    };

    /// <summary>A value as people can read it, short.</summary>
    public static string Value(string name, string? value)
    {
        const int Longest = 80;
        if (value is null)
            return name == ClashName.Exists ? "gone" : "not set";
        var text = name switch
        {
            ClashName.Text => Text(value),
            ClashName.Place => Place(value),
            ClashName.Exists => "there",
            _ => value,
        };
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    /// <summary>What a strategy did, as in "kept the last change".</summary>
    public static string Decision(Conflict conflict)
    {
        var resolution = conflict.Resolution!;
        var who = resolution.IsByPolicy ? "By the document's settings" : resolution.Username;
        return resolution.Strategy switch
        {
            ConflictStrategies.LastWriteWins => $"{who}: the last change counts ({Last(conflict)})",
            ConflictStrategies.Merge => $"{who}: merged",
            ConflictStrategies.Reject => $"{who}: both taken back",
            ConflictStrategies.UserChoice when resolution.ChosenOperationId is { } chosen =>
                $"{who}: kept what {(conflict.First.OperationIds.Contains(chosen) ? conflict.First : conflict.Second).Username} did",
            ConflictStrategies.UserChoice => $"{who}: chose value by value",
            _ => $"{who}: {resolution.Strategy}",
        };
    }

    /// <summary>What is the best to do where nobody knows better: what keeps most of both.</summary>
    public static string Recommended(Conflict conflict)
    {
        if (conflict.First.IsDelete || conflict.Second.IsDelete)
            return ConflictStrategies.Merge; // the change stays: what is kept can be deleted later, not the other way round
        var merged = ConflictOutcome.Of(conflict, ConflictStrategies.Merge);
        return merged.All(pair => pair.Value == conflict.Second.Values.GetValueOrDefault(pair.Key)) ? ConflictStrategies.LastWriteWins : ConflictStrategies.Merge;
    }

    private static string Last(Conflict conflict) => conflict.LastByFirst.Length == conflict.Base.Count ? conflict.First.Username : conflict.Second.Username;

    private static string? Attribute(JsonElement node, string name) =>
        node.TryGetProperty("attributes", out var attributes) && attributes.TryGetProperty(name, out var value) ? value.GetString()?.Trim() : null;

    private static string? Title(JsonElement node)
    {
        if (!node.TryGetProperty("children", out var children))
            return null;
        foreach (var child in children.EnumerateArray())
        {
            if (child.TryGetProperty("name", out var name) && name.GetString() == "title" && child.TryGetProperty("children", out var content))
                return string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : "")).Trim();
        }
        return null;
    }

    /// <summary>What an element is, by its name in the file.</summary>
    public static string Kind(string name) => name switch
    {
        "rect" => "Rectangle",
        "g" => "Group",
        "use" => "Symbol",
        "a" => "Link",
        _ => char.ToUpperInvariant(name[0]) + name[1..],
    };

    private static string Text(string nodes)
    {
        using var json = JsonDocument.Parse(nodes);
        return string.Concat(json.RootElement.EnumerateArray().Select(node => node.TryGetProperty("text", out var text) || node.TryGetProperty("cdata", out text) ? text.GetString() : "")).Trim();
    }

    private static string Place(string place)
    {
        using var json = JsonDocument.Parse(place);
        return $"in {json.RootElement.GetProperty("parent_id").GetString()}";
    }
}
