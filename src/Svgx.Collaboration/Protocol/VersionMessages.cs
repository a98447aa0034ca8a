using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Protocol;

/// <summary>Writes the messages about versions and branches, as docs/protocol.md has them. An instance writes the answers to one request; what is large goes out in several frames.</summary>
internal sealed class VersionMessages(DateTimeOffset now, string? requestId)
{
    private const int MaxFrameBytes = 192 << 10;

    /// <summary>Every <c>type</c> written here.</summary>
    public static readonly ImmutableArray<string> Types =
    [
        "version_created", "version_reverted", "version_updated", "branch_created", "branch_deleted", "branch_purged",
        "version", "versions", "version_content", "version_diff", "branch", "branches", "merge_preview", "element_history", "integrity",
    ];

    /// <summary>News for everybody in the document; <see langword="false"/> where it is something else.</summary>
    public static bool TryWriteNews(PooledBuffer frame, DateTimeOffset now, SessionEvent news)
    {
        switch (news)
        {
            case SessionEvent.VersionCreated created:
                ServerMessages.Write(frame, "version_created", now, json => Write(json, "version", created.Version));
                return true;
            case SessionEvent.VersionReverted reverted:
                ServerMessages.Write(frame, "version_reverted", now, json =>
                {
                    Write(json, "version", reverted.Version);
                    json.WriteString("reverted_to"u8, reverted.RevertedTo);
                });
                return true;
            case SessionEvent.VersionLabelled labelled:
                ServerMessages.Write(frame, "version_updated", now, json => Write(json, "version", labelled.Version));
                return true;
            case SessionEvent.BranchCreated created:
                ServerMessages.Write(frame, "branch_created", now, json => Write(json, "branch", created.Branch));
                return true;
            case SessionEvent.BranchDeleted deleted:
                ServerMessages.Write(frame, "branch_deleted", now, json => Write(json, "branch", deleted.Branch));
                return true;
            case SessionEvent.BranchPurged purged:
                ServerMessages.Write(frame, "branch_purged", now, json => Write(json, "branch", purged.Branch));
                return true;
            default:
                return false;
        }
    }

    public IReadOnlyList<byte[]> Version(DocumentVersion version) => [Frame("version", json => Write(json, "version", version))];

    public IReadOnlyList<byte[]> Change(VersionChange change) =>
    [
        Frame("version", json =>
        {
            Write(json, "version", change.Version);
            if (change.OperationId is not null)
                json.WriteString("operation_id"u8, change.OperationId);
            if (change.Version.Kind != VersionKind.Merge)
                return;
            json.WriteNumber("open_clashes"u8, change.OpenClashes.Length); // told one by one by the conflicts that hold them
            Write(json, "conflict_ids", change.ConflictIds);
        }),
    ];

    public IReadOnlyList<byte[]> Versions(VersionPage page) => Pages("versions", "versions", page.Versions, json =>
    {
        json.WriteNumber("total"u8, page.Total);
        if (page.Next is { } next)
            json.WriteNumber("next"u8, next);
    });

    public IReadOnlyList<byte[]> Branch(Branch branch) => [Frame("branch", json => Write(json, "branch", branch))];

    public IReadOnlyList<byte[]> Branches(ImmutableArray<Branch> branches) => Pages("branches", "branches", branches);

    public IReadOnlyList<byte[]> Diff(DocumentDiff diff) => Pages("version_diff", "elements", diff.Elements);

    public IReadOnlyList<byte[]> Preview(MergePreview preview) => Pages("merge_preview", "elements", preview.Diff.Elements, json =>
    {
        json.WriteString("source"u8, preview.Source);
        json.WriteNumber("source_revision"u8, preview.SourceRevision);
        json.WriteString("target"u8, preview.Target);
        json.WriteNumber("target_revision"u8, preview.TargetRevision);
        json.WriteString("base_branch"u8, preview.BaseBranch);
        json.WriteNumber("base_revision"u8, preview.BaseRevision);
    }, last: json => Write(json, "clashes", preview.Clashes));

    public IReadOnlyList<byte[]> History(string elementId, ElementHistoryPage page) => Pages("element_history", "events", page.Events, json =>
    {
        json.WriteString("element_id"u8, elementId);
        if (page.Next is not null)
            json.WriteString("next"u8, page.Next);
    });

    public IReadOnlyList<byte[]> Integrity(IntegrityReport report) => Pages("integrity", "damages", report.Damages, json =>
    {
        json.WriteBoolean("intact"u8, report.IsIntact);
        json.WriteBoolean("truncated"u8, report.IsTruncated);
        json.WriteNumber("branches"u8, report.Branches);
        json.WriteNumber("operations"u8, report.Operations);
        json.WriteNumber("unsealed"u8, report.Unsealed);
        json.WriteNumber("snapshots"u8, report.Snapshots);
        json.WriteNumber("versions"u8, report.Versions);
    });

    /// <summary>A whole drawing, in parts as the <c>document</c> message has them.</summary>
    public IReadOnlyList<byte[]> Content(PointContent point)
    {
        var text = Encoding.UTF8.GetString(DocumentJson.Write(point.Document));
        var frames = new List<byte[]>();
        var parts = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(text.Length - at, MaxFrameBytes / 2);
            if (at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]))
                length--; // not inside a character
            parts.Add(text.Substring(at, length));
            at += length;
        }
        for (var i = 0; i < parts.Count; i++)
        {
            frames.Add(Frame("version_content", json =>
            {
                json.WriteString("branch"u8, point.Branch);
                json.WriteNumber("revision"u8, point.Revision);
                if (point.Version is { } version)
                    json.WriteString("version_id"u8, version.VersionId);
                json.WriteNumber("part"u8, i);
                json.WriteNumber("parts"u8, parts.Count);
                json.WriteString("content"u8, parts[i]);
            }));
        }
        return frames;
    }

    /// <summary>A list over as many frames as it takes; <c>more</c> says that another follows.</summary>
    private List<byte[]> Pages<T>(string type, string list, ImmutableArray<T> items, Action<Utf8JsonWriter>? head = null, Action<Utf8JsonWriter>? last = null)
    {
        var frames = new List<byte[]>();
        var next = 0;
        do
        {
            frames.Add(Frame(type, json =>
            {
                head?.Invoke(json);
                json.WriteStartArray(list);
                for (; next < items.Length && json.BytesCommitted + json.BytesPending < MaxFrameBytes; next++)
                    JsonSerializer.Serialize(json, items[next], VersionJson.Options);
                json.WriteEndArray();
                json.WriteBoolean("more"u8, next < items.Length);
                if (next == items.Length)
                    last?.Invoke(json);
            }));
        }
        while (next < items.Length);
        return frames;
    }

    private byte[] Frame(string type, Action<Utf8JsonWriter> fields)
    {
        using var frame = new PooledBuffer();
        ServerMessages.Write(frame, type, now, json =>
        {
            fields(json);
            if (requestId is not null)
                json.WriteString("request_id"u8, requestId);
        });
        return frame.Written.ToArray();
    }

    private static void Write<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, VersionJson.Options);
    }
}
