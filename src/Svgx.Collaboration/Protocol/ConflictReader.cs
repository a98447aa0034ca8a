using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Protocol;

/// <summary>Reads the messages about conflicts and locks.</summary>
internal static class ConflictReader
{
    private const int MaxIdLength = 128;
    private const int MaxElements = 1_000;

    /// <summary>Every <c>type</c> read here.</summary>
    public static readonly ImmutableArray<string> Types = ["conflict_resolution", "lock", "unlock"];

    public static ClientMessage? Read(string type, MessageFields fields) => type switch
    {
        "conflict_resolution" => new ClientMessage.Resolve(new(fields.Required("conflict_id"), fields.Required("resolution"), fields.Text("chosen_operation_id", MaxIdLength), Choices(fields.Object("choices")))),
        "lock" => new ClientMessage.Lock(Elements(fields)),
        "unlock" => new ClientMessage.Unlock(Elements(fields)),
        _ => null,
    };

    private static ImmutableArray<string> Elements(MessageFields fields) =>
        fields.Texts("element_ids", MaxElements, required: true) is { Count: > 0 } ids ? [.. ids] : throw new MessageFields.FieldException("\"element_ids\" must not be empty.");

    private static Dictionary<string, string>? Choices(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        var choices = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var choice in json.EnumerateObject())
            choices[choice.Name] = choice.Value.ValueKind == JsonValueKind.String ? choice.Value.GetString()! : throw new MessageFields.FieldException("\"choices\" must name an operation for each value.");
        return choices;
    }
}
