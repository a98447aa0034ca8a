using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Presence;

/// <summary>When people count as what, and how long their doings are kept. Bound from <c>Svgx:Presence</c>; a value out of range stops startup.</summary>
public sealed class PresenceOptions
{
    /// <summary>How long after an operation or a preview somebody is still editing. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan EditingFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Who may edit and has not for this long, but moves about, is viewing. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ViewingAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Who has done nothing for this long is away. Default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AwayAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long somebody whose connection was lost is shown as offline before they count as gone; a return within it is neither a leave nor a join. Default 30 s; zero: gone at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan OfflineGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Consecutive activities of one user and kind that are at most so far apart are one entry of the log. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ActivityGap { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Days that the activity log keeps. Default 90.</summary>
    [Range(1, 36_500)]
    public int ActivityDays { get; set; } = 90;

    /// <summary>About how many entries the activity log keeps of one document: the oldest go, a hundredth at a time. Default 10,000.</summary>
    [Range(10, 10_000_000)]
    public int ActivityEntries { get; set; } = 10_000;

    /// <summary>How many activities may wait to be written; beyond, they are dropped and counted. Default 16,384.</summary>
    [Range(16, 1_000_000)]
    public int ActivityQueue { get; set; } = 16_384;
}

/// <summary>Stops startup on a bad value.</summary>
[OptionsValidator]
public sealed partial class PresenceOptionsValidator : IValidateOptions<PresenceOptions>;
