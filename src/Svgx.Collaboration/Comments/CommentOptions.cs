using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Comments;

/// <summary>Bounds of comments. Bound from <c>Svgx:Comments</c>; a value out of range stops startup.</summary>
public sealed class CommentOptions
{
    /// <summary>Threads that stand in a document branch; beyond: <c>too_many_comments</c>. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxThreads { get; set; } = 1_000;

    /// <summary>Comments in one thread, deleted ones included; beyond: <c>too_many_comments</c>. Default 200.</summary>
    [Range(1, 10_000)]
    public int MaxThreadComments { get; set; } = 200;

    /// <summary>
    /// Everything that ever happened to the comments of a branch, edits and resolutions included; beyond: <c>too_many_comments</c>. Default 20,000. Deleting and resolving
    /// go on up to a tenth more, so that a full branch can still be put in order.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxEvents { get; set; } = 20_000;

    /// <summary>Requests of one user in a branch within <see cref="RateWindow"/>; beyond: <c>rate_limited</c>. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int RateLimit { get; set; } = 100;

    /// <summary>The sliding window of <see cref="RateLimit"/>. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Stops startup on a bad value.</summary>
[OptionsValidator]
public sealed partial class CommentOptionsValidator : IValidateOptions<CommentOptions>;
