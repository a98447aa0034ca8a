namespace Svgx.Collaboration.Engine;

/// <summary>A whole drawing as of one revision, serialised once and shared by all who need it.</summary>
/// <param name="Revision">The last revision it contains.</param>
/// <param name="Json">UTF-8 JSON, as <see cref="Documents.DocumentJson"/> reads it.</param>
public sealed record DocumentContent(long Revision, ReadOnlyMemory<byte> Json);
