using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Storage;

/// <summary>Where and how the engine keeps its data. Bound from <c>Svgx</c> and <c>Svgx:Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The folder of the database and the keys, everything that must be backed up; relative to the content root. Default <c>data</c>; made when missing.</summary>
    [Required]
    public string DataFolder { get; set; } = "data";

    /// <summary>What a commit waits for. Default <see cref="JournalSynchronous.Full"/>.</summary>
    public JournalSynchronous Synchronous { get; set; } = JournalSynchronous.Full;

    /// <summary>How many appends of all sessions may wait for the writer; a session that finds it full waits. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int WriterQueue { get; set; } = 1024;

    /// <summary>About how many operations one commit carries at most. Default 4,096.</summary>
    [Range(1, 1_000_000)]
    public int MaxGroup { get; set; } = 4096;

    /// <summary>How many of the newest snapshots of a branch are kept, beside the one of revision 0 and those of <see cref="SnapshotSpacing"/>. Default 3.</summary>
    [Range(1, 1_000)]
    public int KeptSnapshots { get; set; } = 3;

    /// <summary>Below this much free space on the disk of the data folder the server is not ready, in bytes; it goes on serving as long as it can. Default 64 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long MinFreeBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Of the older snapshots, the first in each stretch of so many revisions is kept: looking back in time replays at most about twice as many operations. Default 2,000.
    /// </summary>
    [Range(1, 10_000_000)]
    public int SnapshotSpacing { get; set; } = 2000;

    /// <summary>Only reads: nothing is made or migrated, and every write fails.</summary>
    internal bool IsReadOnly { get; init; }

    internal string DatabasePath => Path.Combine(DataFolder, "collaboration.db");
}

/// <summary>SQLite's <c>synchronous</c> setting for the journal.</summary>
public enum JournalSynchronous
{
    /// <summary>A commit is on the disk: it survives a loss of power.</summary>
    Full,

    /// <summary>A commit survives the end of the process; a loss of power may take the last ones.</summary>
    Normal,
}

/// <summary>Stops startup on a bad value.</summary>
[OptionsValidator]
public sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
