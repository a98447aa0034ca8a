using System.Globalization;
using Svgx.Collaboration.Versions;

namespace Svgx.Web.Components.Versions;

/// <summary>One side of a comparison.</summary>
/// <param name="Title">What people call it, as in "Version 3" or "Now".</param>
/// <param name="Point">What it is.</param>
public sealed record ComparedContent(string Title, ContentPoint Point)
{
    /// <summary>Where the browser reads it from.</summary>
    internal string Url(Guid documentId) => $"/api/documents/{documentId}/content?" + Point switch
    {
        ContentPoint.Version(var id) => $"version={Uri.EscapeDataString(id)}",
        ContentPoint.Live(var branch) => $"branch={Uri.EscapeDataString(branch)}",
        ContentPoint.Revision(var branch, var number) => string.Create(CultureInfo.InvariantCulture, $"branch={Uri.EscapeDataString(branch)}&revision={number}"),
        ContentPoint.Time(var branch, var at) => $"branch={Uri.EscapeDataString(branch)}&time={Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture))}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
