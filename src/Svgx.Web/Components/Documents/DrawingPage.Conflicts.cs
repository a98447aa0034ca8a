using Svgx.Web.Components.Conflicts;

namespace Svgx.Web.Components.Documents;

/// <content>Conflicts: a badge on the drawing, or a notification's link, leads to the card beside it.</content>
public sealed partial class DrawingPage
{
    private const string ConflictsTabName = "conflicts";
    private AskedConflict? _askedConflict;

    private async Task OpenConflictAsync(string conflictId)
    {
        _askedConflict = new(conflictId);
        await (_panel?.OpenAsync(ConflictsTabName) ?? Task.CompletedTask);
        StateHasChanged();
    }
}
