namespace Svgx.Web.Components.Canvas;

/// <summary>Something the person should hear of: a refused edit, parts removed from a paste, an element deleted by somebody else.</summary>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Text">The message, ready to show.</param>
/// <param name="Code">The protocol's error code where there is one.</param>
public sealed record CanvasNotice(string Severity, string Text, string? Code = null);
