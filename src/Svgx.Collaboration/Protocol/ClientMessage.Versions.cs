using System.Collections.Immutable;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Protocol;

/// <content>Versions and branches.</content>
internal abstract partial record ClientMessage
{
    /// <summary><c>version_control</c>: an action and the fields it may use; what an action needs and does not find, it says.</summary>
    public sealed record VersionControl(string Action) : ClientMessage
    {
        public string? Description { get; init; }
        public string? Name { get; init; }
        public ImmutableArray<string> Tags { get; init; } = [];
        public ImmutableSortedDictionary<string, string> Metadata { get; init; } = VersionLabels.None.Metadata;
        public string? VersionId { get; init; }

        /// <summary>Default: the branch that the connection has joined.</summary>
        public string? Branch { get; init; }

        public string? Source { get; init; }
        public ContentPoint? From { get; init; }
        public ContentPoint? To { get; init; }
        public long? Revision { get; init; }
        public DateTime? Time { get; init; }
        public string? ElementId { get; init; }
        public IReadOnlyList<string>? ElementIds { get; init; }
        public IReadOnlyList<MergeResolution> Resolutions { get; init; } = [];
        public long? Before { get; init; }
        public string? Cursor { get; init; }
        public int Limit { get; init; } = 100;
        public bool Checkpoints { get; init; } = true;
        public bool Deleted { get; init; }
    }
}
