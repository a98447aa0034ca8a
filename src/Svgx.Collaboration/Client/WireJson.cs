using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Client;

/// <summary>Reads fields of messages. What is absent or of another kind is as if it were not there.</summary>
internal static class WireJson
{
    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static ImmutableArray<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];

    public static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : Enumerable.Empty<JsonElement>();

    public static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static long Number(JsonElement json, string name) => OptionalNumber(json, name) ?? 0;

    public static long? OptionalNumber(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    /// <summary>UTC.</summary>
    public static DateTime? Time(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset().UtcDateTime : null;

    public static T Named<T>(JsonElement json, string name, T otherwise)
        where T : struct, Enum => Enum.TryParse<T>(Text(json, name), ignoreCase: true, out var value) ? value : otherwise;

    /// <summary>Texts by name; a <c>null</c> stays.</summary>
    public static ImmutableDictionary<string, string?> Values(JsonElement json, string name) => json.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Object
        ? values.EnumerateObject().ToImmutableDictionary(pair => pair.Name, pair => pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString() : null, StringComparer.Ordinal)
        : ImmutableDictionary<string, string?>.Empty;

    public static DocumentRole RoleOf(JsonElement message) => Named(message, "role", DocumentRole.Viewer);
}
