using System.Text.Json.Serialization;

namespace Svgx.Web.Components.Versions;

/// <summary>What the time slider tells the page about itself. Where it stands is not in it: that changes with every frame, and stays in the browser.</summary>
public sealed record TimeSliderState
{
    /// <summary>Whether there is something to go through.</summary>
    public TimeSliderPhase Phase { get; init; }

    /// <summary>Whether it moves by itself.</summary>
    public bool IsPlaying { get; init; }

    /// <summary>Whether it stands at the newest revision.</summary>
    public bool IsLatest { get; init; }

    /// <summary>Whether a part of the history could not be loaded; it is tried again.</summary>
    public bool IsStalled { get; init; }
}

/// <summary>The states of the time slider.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimeSliderPhase>))]
public enum TimeSliderPhase
{
    /// <summary>The first picture is on its way.</summary>
    Loading,

    /// <summary>Nothing has been drawn yet.</summary>
    Empty,

    /// <summary>It can be moved.</summary>
    Ready,

    /// <summary>The history cannot be had.</summary>
    Failed,
}
