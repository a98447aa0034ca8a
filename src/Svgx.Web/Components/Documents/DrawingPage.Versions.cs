using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Canvas;
using Svgx.Web.Components.Comments;
using Svgx.Web.Components.Versions;

namespace Svgx.Web.Components.Documents;

/// <content>History: versions to look at, branches to go to.</content>
public sealed partial class DrawingPage
{
    private const string HistoryTabName = "history";
    private VersionFeed? _versions;
    private DocumentVersion? _looked;
    private DocumentVersion? _compared;
    private IReadOnlyList<string> _selectedIds = [];
    private int _nameWanted;
    private bool _isPlayingHistory;

    private VersionActor Actor => new(_userId);

    /// <summary>While a version is looked at, what was said by then.</summary>
    private FormerComments? FormerComments => _looked is { } looked ? new(VersionWords.Title(looked), looked.Branch, new(looked.CreatedAt, looked.Revision)) : null;

    private void FollowVersions()
    {
        if (_versions?.DocumentId == Id)
            return;
        _versions?.Dispose();
        _versions = new(Engine, Time, Id, _userId);
    }

    private void OnCanvasState(CanvasState state)
    {
        if (_selectedIds.SequenceEqual(state.Selection.ElementIds))
            return;
        _selectedIds = state.Selection.ElementIds;
        if (_openTab == HistoryTabName)
            StateHasChanged();
    }

    private Task OnCommandAskedAsync(string command) => command switch
    {
        "save" when _document?.Role >= DocumentRole.Editor => NameVersionAsync(),
        "history" => PlayHistoryAsync(),
        "shortcuts" => ShowShortcutsAsync(),
        _ => Task.CompletedTask,
    };

    private Task ShowShortcutsAsync() => _dialog.ShowAsync<ShortcutsDialog>(Dialogs, "Keyboard and mouse", [], Options with { MaxWidth = MudBlazor.MaxWidth.Medium });

    private async Task NameVersionAsync()
    {
        _nameWanted++;
        await (_panel?.OpenAsync(HistoryTabName) ?? Task.CompletedTask);
        StateHasChanged();
    }

    private async Task PlayHistoryAsync()
    {
        (_looked, _compared, _isPlayingHistory) = (null, null, true);
        await (_panel?.MakeRoomAsync() ?? Task.CompletedTask);
        StateHasChanged();
    }

    private void LookAt(DocumentVersion version) => (_looked, _isPlayingHistory) = (version, false);

    private void Compare(DocumentVersion version) => (_looked, _compared, _isPlayingHistory) = (null, version, false);

    private Task RestoreLookedAsync(DocumentVersion version) => OnceAsync(version.VersionId, async () =>
    {
        _looked = null;
        switch (await Engine.Versions.RevertAsync(Id, Actor, version.VersionId, BranchName))
        {
            case VersionResult<VersionChange>.Done done:
                Snackbar.Add(done.Value.OperationId is null ? "The drawing is like that already." : "It is back. Undo takes it back again.", MudBlazor.Severity.Success);
                break;
            case VersionResult<VersionChange>.Refused refused:
                Snackbar.Add(refused.Reason, MudBlazor.Severity.Warning);
                break;
        }
    });

    private void GoToBranch(string branch)
    {
        (_looked, _compared, _isPlayingHistory) = (null, null, false);
        Navigation.NavigateTo(branch == CollaborationEngine.MainBranch ? $"/d/{Id}" : $"/d/{Id}?branch={Uri.EscapeDataString(branch)}");
    }
}
