using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Engine;

/// <summary>How sessions run. Bound from <c>Svgx:Engine</c>; a value out of range stops startup.</summary>
public sealed class EngineOptions
{
    /// <summary>How many messages may wait for a session; a sender that finds it full waits. Default 4,096.</summary>
    [Range(16, 1_000_000)]
    public int Inbox { get; set; } = 4096;

    /// <summary>About how many operations a session decides, and the most messages it takes, before it commits and looks at the clock. Default 1,024.</summary>
    [Range(1, 100_000)]
    public int MaxTurn { get; set; } = 1024;

    /// <summary>About how many bytes of operations a session decides before it commits, so that what a turn tells is a part of what may wait for a connection. Default 2 MiB.</summary>
    [Range(1_024, 256 << 20)]
    public int MaxTurnBytes { get; set; } = 2 << 20;

    /// <summary>How long a session with nobody in it stays in memory for a quick return. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan EmptySessionGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A snapshot is taken after this many operations, and on closing. Default 2,000.</summary>
    [Range(1, 10_000_000)]
    public int SnapshotEvery { get; set; } = 2000;

    /// <summary>A snapshot is also taken after so many bytes of operations, or as many as the drawing has where that is more. Default 8 MiB.</summary>
    [Range(1_024, 1 << 30)]
    public int SnapshotEveryBytes { get; set; } = 8 << 20;

    /// <summary>Connections in one document branch; beyond: <c>document_full</c>. Default 500.</summary>
    [Range(1, 100_000)]
    public int MaxParticipants { get; set; } = 500;

    /// <summary>Up to how many missed operations a client gets them; beyond, the whole drawing. Default 2,000.</summary>
    [Range(0, 100_000)]
    public int ResyncLimit { get; set; } = 2000;

    /// <summary>Up to how many bytes of missed operations a client gets them; beyond, the whole drawing. Default 8 MiB.</summary>
    [Range(0, 256 << 20)]
    public int ResyncBytes { get; set; } = 8 << 20;

    /// <summary>How many steps of each user can be taken back. Default 200.</summary>
    [Range(1, 10_000)]
    public int UndoDepth { get; set; } = 200;

    /// <summary>The most presence updates a second in one document. Default 20.</summary>
    [Range(1, 1000)]
    public int PresencePerSecond { get; set; } = 20;

    /// <summary>A checkpoint version is made after this many operations, but no sooner than <see cref="CheckpointSpacing"/> after the newest version. Default 500.</summary>
    [Range(1, int.MaxValue)]
    public int CheckpointEvery { get; set; } = 500;

    /// <summary>The least time between a version and a checkpoint for the number of operations. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CheckpointSpacing { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A checkpoint version is made when changes are this old; and when everybody has left after changes. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CheckpointAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Checkpoints of a branch that are kept; beyond, older ones are thinned out. Those with a name, tags or metadata, and all that somebody saved, stay. Default 100.</summary>
    [Range(4, 100_000)]
    public int KeptCheckpoints { get; set; } = 100;

    /// <summary>The largest change, in bytes of JSON, that a revert, a restoration or a merge makes as its one operation; beyond: <c>too_large</c>. Default 8 MiB.</summary>
    [Range(1_024, 256 << 20)]
    public int MaxRestoreBytes { get; set; } = 8 << 20;

    /// <summary>The characters of all ids, names, values and text that a drawing may have; what would make it longer is refused: <c>too_large</c>. Default 64 Mi, three times the largest file that is imported.</summary>
    [Range(1_024, 1 << 30)]
    public int MaxCharacters { get; set; } = 64 << 20;

    /// <summary>Whole drawings that are read beside their sessions at once: to be shown as of a version, compared, exported, merged or checked. Further ones wait, 256 of them; beyond: <c>rate_limited</c>. Default: as many as there are processors, at least 2.</summary>
    [Range(1, 1_024)]
    public int ReadsAtOnce { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Operations of one user and type in one document within <see cref="RateWindow"/>; beyond: <c>rate_limited</c>. Default 30,000, that is 3,000 a second.</summary>
    [Range(1, int.MaxValue)]
    public int RateLimit { get; set; } = 30_000;

    /// <summary>Two people's operations within this time count as concurrent where the client does not say what it had seen (<c>base_revision</c>). Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ConcurrencyWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many operations back a clash with an author who was away is looked for; beyond, the last write wins without notice. Default 10,000.</summary>
    [Range(0, 1_000_000)]
    public int ConflictHistory { get; set; } = 10_000;

    /// <summary>Conflicts of a branch that may wait for a decision; a further one is decided at once by its time-out strategy. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxOpenConflicts { get; set; } = 1_000;

    /// <summary>What documents without a policy of their own do with conflicts.</summary>
    public ConflictPolicy ConflictPolicy { get; set; } = new();

    /// <summary>How long a lock lasts unless its holder works on the element. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LockLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Locks that one user may hold in a branch; beyond: <c>too_many_locks</c>. Default 50.</summary>
    [Range(1, 10_000)]
    public int MaxLocksPerUser { get; set; } = 50;

    /// <summary>The sliding window of <see cref="RateLimit"/>. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Stops startup on a bad value.</summary>
[OptionsValidator]
public sealed partial class EngineOptionsValidator : IValidateOptions<EngineOptions>;
