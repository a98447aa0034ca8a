using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Versions;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <summary>Reads what docs/protocol.md has about versions and branches.</summary>
internal static class VersionWire
{
    public static T Read<T>(JsonElement json) => json.Deserialize<T>(VersionJson.Options) ?? throw new JsonException($"The server sent no {typeof(T).Name}.");

    public static ImmutableArray<T> ReadAll<T>(JsonElement json, string name) => [.. Items(json, name).Select(Read<T>)];

    public static DocumentVersion Version(JsonElement json) => Read<DocumentVersion>(json) with
    {
        Labels = new(Text(json, "name"), Texts(json, "tags"), Values(json, "metadata").ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal)),
    };

    public static VersionChanged Change(JsonElement message) => new(
        Version(message.GetProperty("version"u8)), Text(message, "operation_id"), (int)Number(message, "open_clashes"), Texts(message, "conflict_ids"));

    public static Document Content(JsonElement message) => DocumentJson.Read(Encoding.UTF8.GetBytes(Text(message, "content") ?? ""));

    public static MergePreview Preview(JsonElement message) => new(
        Text(message, "source") ?? "", Number(message, "source_revision"), Text(message, "target") ?? "", Number(message, "target_revision"), Text(message, "base_branch") ?? "", Number(message, "base_revision"),
        new(ReadAll<ElementDifference>(message, "elements")), ReadAll<MergeClash>(message, "clashes"));

    public static IntegrityReport Report(JsonElement message, Guid documentId) => new(
        documentId, ReadAll<Damage>(message, "damages"), Flag(message, "truncated"), (int)Number(message, "branches"), Number(message, "operations"), Number(message, "unsealed"),
        (int)Number(message, "snapshots"), (int)Number(message, "versions"));
}
