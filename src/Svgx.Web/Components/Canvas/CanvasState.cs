namespace Svgx.Web.Components.Canvas;

/// <summary>What the canvas tells the page about itself: small, and at most ten times a second.</summary>
public sealed record CanvasState
{
    /// <summary>The state before the canvas has reported anything.</summary>
    public static CanvasState Initial { get; } = new();

    /// <summary>How the canvas stands with the server.</summary>
    public CanvasConnection Connection { get; init; }

    /// <summary>The protocol's error code while <see cref="CanvasConnection.Refused"/>, else null.</summary>
    public string? Code { get; init; }

    /// <summary>The reason in words while <see cref="CanvasConnection.Refused"/>, else null.</summary>
    public string? Reason { get; init; }

    /// <summary>The document's name as the server gave it on joining; null before that.</summary>
    public string? DocumentName { get; init; }

    /// <summary>The user's role in the document (<c>owner</c>, <c>editor</c>, <c>commenter</c>, <c>viewer</c>); null before joining.</summary>
    public string? Role { get; init; }

    /// <summary>This tab's session id on the wire.</summary>
    public string? SessionId { get; init; }

    /// <summary>The last confirmed revision that was drawn when something else here changed; a new revision alone is not reported.</summary>
    public long Revision { get; init; }

    /// <summary>Own operations that the server has not acknowledged yet. 0 means saved.</summary>
    public int Pending { get; init; }

    /// <summary>The tool in hand: <c>select</c>, <c>rect</c>, <c>ellipse</c>, <c>line</c>, <c>path</c>, <c>text</c>, <c>comment</c> or <c>hand</c>.</summary>
    public string Tool { get; init; } = "select";

    /// <summary>Whether there may be an own step to take back. False is certain, true can still answer "nothing to undo".</summary>
    public bool CanUndo { get; init; }

    /// <summary>Whether there is an own step to bring back.</summary>
    public bool CanRedo { get; init; }

    /// <summary>Screen pixels for one CSS pixel of the drawing; 1 is 100 %.</summary>
    public double Zoom { get; init; } = 1;

    /// <summary>What is selected. Settled selections only, never one per pointer move.</summary>
    public CanvasSelection Selection { get; init; } = CanvasSelection.None;

    /// <summary>Whether the user may change the drawing.</summary>
    public bool CanEdit => Role is "owner" or "editor";
}
