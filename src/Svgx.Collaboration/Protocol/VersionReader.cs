using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Protocol;

/// <summary>Reads the messages about versions and branches.</summary>
internal static class VersionReader
{
    private const int MaxElements = 10_000;

    /// <summary>Every <c>type</c> read here.</summary>
    public static readonly ImmutableArray<string> Types = ["version_control"];

    /// <summary>Every <c>action</c> there is.</summary>
    public static readonly ImmutableArray<string> Actions =
    [
        "create_version", "list_versions", "get_version", "get_content", "label_version", "revert_version", "restore", "diff", "create_branch", "list_branches", "delete_branch", "purge_branch",
        "preview_merge", "merge_branch", "element_history", "verify",
    ];

    public static ClientMessage? Read(string type, MessageFields fields) => type == "version_control" ? Read(fields) : null;

    private static ClientMessage.VersionControl Read(MessageFields fields)
    {
        var action = fields.Required("action");
        if (!Actions.Contains(action))
            throw new MessageFields.FieldException($"\"action\" must be one of {string.Join(", ", Actions)}.");
        return new(action)
        {
            Description = fields.Text("description", DocumentVersions.MaxDescription),
            Name = fields.Text("name", 200),
            Tags = [.. fields.Texts("tags", 20, required: false)],
            Metadata = ReadMetadata(fields.Object("metadata")),
            VersionId = fields.Text("version_id", 64),
            Branch = fields.Text("branch", BranchName.MaxLength),
            Source = fields.Text("source", BranchName.MaxLength),
            From = ReadPoint(fields, "from"),
            To = ReadPoint(fields, "to"),
            Revision = fields.Integer("revision"),
            Time = ReadTime(fields.Text("time", 64)),
            ElementId = fields.Text("element_id"),
            ElementIds = fields.Has("element_ids") && fields.Texts("element_ids", MaxElements, required: false) is { Count: > 0 } ids ? ids : null,
            Resolutions = [.. fields.List("resolutions", MaxElements, required: false).Select(ReadResolution)],
            Before = fields.Integer("before"),
            Cursor = fields.Text("cursor", 128),
            Limit = (int)Math.Clamp(fields.Integer("limit") ?? 100, 1, DocumentVersions.MaxPage),
            Checkpoints = !fields.Has("checkpoints") || fields.Flag("checkpoints"),
            Deleted = fields.Flag("deleted"),
        };
    }

    private static ImmutableSortedDictionary<string, string> ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
            return VersionLabels.None.Metadata;
        return metadata.EnumerateObject().ToImmutableSortedDictionary(
            pair => pair.Name, pair => pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : throw new MessageFields.FieldException("\"metadata\" must be an object of strings."), StringComparer.Ordinal);
    }

    private static ContentPoint? ReadPoint(MessageFields fields, string name) => fields.Text(name) is not { } text
        ? null
        : ContentPoint.Parse(text) ?? throw new MessageFields.FieldException($"\"{name}\" must be a version's id, BRANCH, BRANCH@REVISION or BRANCH@TIME.");

    private static DateTime? ReadTime(string? text)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcDateTime : throw new MessageFields.FieldException("\"time\" must be a time such as 2026-01-01T12:00:00Z.");
    }

    private static MergeResolution ReadResolution(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new MessageFields.FieldException("\"resolutions\" must be a list of objects.");
        var fields = new MessageFields(json);
        return new(fields.Text("element_id"), fields.Text("name"), fields.Required("choice") switch
        {
            "target" => MergeSide.Target,
            "source" => MergeSide.Source,
            _ => throw new MessageFields.FieldException("A resolution's \"choice\" must be target or source."),
        });
    }
}
