using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;

namespace Svgx.Web.Components.Versions;

/// <summary>The history of a document.</summary>
public sealed partial class VersionPanel(CollaborationEngine engine, ISnackbar snackbar, IDialogService dialogs, TimeProvider time) : OnePressComponent, IDisposable
{
    private readonly HashSet<long> _opened = [];
    private readonly OneDialog _dialog = new();
    private string _name = "";
    private string _newName = "";
    private string _newTags = "";
    private string? _renaming;
    private string? _branching;
    private string? _merging;
    private bool _isChecking;
    private bool _showsElement;
    private IntegrityReport? _report;
    private ElementReference _nameInput, _renameInput;
    private bool _renameWanted;
    private int _nameFocused;

    /// <summary>What is shown.</summary>
    [Parameter, EditorRequired]
    public VersionFeed Feed { get; set; } = default!;

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>The branch that is drawn on.</summary>
    [Parameter, EditorRequired]
    public string Branch { get; set; } = CollaborationEngine.MainBranch;

    /// <summary>Whether they may change the drawing; the engine asks again.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>Whether they own the drawing; the engine asks again.</summary>
    [Parameter]
    public bool IsOwner { get; set; }

    /// <summary>What is selected on the drawing.</summary>
    [Parameter]
    public IReadOnlyList<string> SelectedIds { get; set; } = [];

    /// <summary>What people call elements, by id; the canvas knows. Default: their ids.</summary>
    [Parameter]
    public Func<IEnumerable<string>, Task<IReadOnlyDictionary<string, string>>>? Names { get; set; }

    /// <summary>Raised with a version that the person wants to see.</summary>
    [Parameter]
    public EventCallback<DocumentVersion> Looked { get; set; }

    /// <summary>Raised with a version that the person wants to compare with the drawing as it is.</summary>
    [Parameter]
    public EventCallback<DocumentVersion> Compared { get; set; }

    /// <summary>Raised when the person wants to go through the history on the canvas.</summary>
    [Parameter]
    public EventCallback Played { get; set; }

    /// <summary>Raised with the branch that the person wants to draw on.</summary>
    [Parameter]
    public EventCallback<string> Switched { get; set; }

    /// <summary>Raised with an element that the person wants to see on the drawing.</summary>
    [Parameter]
    public EventCallback<string> Shown { get; set; }

    /// <summary>Counts up when the person wants to name a version now: the focus goes to its name.</summary>
    [Parameter]
    public int NameWanted { get; set; }

    private VersionActor Actor => new(UserId);

    private IReadOnlyCollection<string> TakenNames => Feed.History is { } history ? [.. history.Branches.Concat(history.Deleted).Select(branch => branch.Name)] : [];

    /// <inheritdoc/>
    public void Dispose() => Feed.Changed -= OnChanged;

    /// <inheritdoc/>
    protected override void OnInitialized() => Feed.Changed += OnChanged;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_renameWanted)
        {
            _renameWanted = false;
            await _renameInput.FocusIfThereAsync(preventScroll: true); // asked for by a press: what comes next is typing
        }
        if (NameWanted == _nameFocused || !MayEdit)
            return;
        _nameFocused = NameWanted;
        await _nameInput.FocusIfThereAsync();
    }

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);

    /// <summary>Versions in the order given, checkpoints that follow each other in one group, every other by itself.</summary>
    internal static IEnumerable<List<DocumentVersion>> Groups(ImmutableArray<DocumentVersion> versions)
    {
        var group = new List<DocumentVersion>();
        foreach (var version in versions)
        {
            if (group.Count > 0 && (version.Kind != VersionKind.Checkpoint || group[0].Kind != VersionKind.Checkpoint))
            {
                yield return group;
                group = [];
            }
            group.Add(version);
        }
        if (group.Count > 0)
            yield return group;
    }

    /// <summary>Whether two moments differ as people say them.</summary>
    private bool SaysMore(DateTime one, DateTime other) => Layout.TimeAgo.Words(one - time.GetUtcNow().UtcDateTime) != Layout.TimeAgo.Words(other - time.GetUtcNow().UtcDateTime);

    private Task SaveAsync() => DoAsync(nameof(SaveAsync), () => engine.Versions.SaveAsync(Feed.DocumentId, Actor, Branch, labels: VersionLabels.None with { Name = _name.Trim() is { Length: > 0 } name ? name : null }), version =>
    {
        _name = "";
        snackbar.Add($"Saved as version {version.Number}.", Severity.Success);
    });

    private Task RestoreAsync(DocumentVersion version) => DoAsync((nameof(RestoreAsync), version.VersionId), () => engine.Versions.RevertAsync(Feed.DocumentId, Actor, version.VersionId, Branch), change => Restored(change, $"“{VersionWords.Title(version)}” is back."));

    private Task RestoreSelectedAsync(DocumentVersion version) => DoAsync((nameof(RestoreSelectedAsync), version.VersionId), () => engine.Versions.RestoreAsync(Feed.DocumentId, Actor, new ContentPoint.Version(version.VersionId), Branch, [.. SelectedIds]),
        change => Restored(change, SelectedIds.Count == 1 ? "The selected element is as it was." : $"The {SelectedIds.Count} selected elements are as they were."));

    private void Restored(VersionChange change, string said) => snackbar.Add(change.OperationId is null ? "The drawing is like that already." : $"{said} Undo takes it back.", Severity.Success);

    private void BeginRename(DocumentVersion version) =>
        (_renaming, _newName, _newTags, _renameWanted) = (version.VersionId, version.Labels.Name ?? "", string.Join(", ", version.Labels.Tags), true);

    private void OnRenameKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
            _renaming = null;
    }

    private Task RenameAsync(DocumentVersion version)
    {
        var labels = version.Labels with
        {
            Name = _newName.Trim() is { Length: > 0 } name ? name : null,
            Tags = [.. _newTags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)],
        };
        return DoAsync((nameof(RenameAsync), version.VersionId), () => engine.Versions.LabelAsync(Feed.DocumentId, Actor, version.VersionId, labels), _ => _renaming = null);
    }

    private Task CreateBranchAsync((string Name, ContentPoint? From) wanted) => DoAsync((nameof(CreateBranchAsync), wanted.Name), () => engine.Versions.CreateBranchAsync(Feed.DocumentId, Actor, wanted.Name, wanted.From ?? new ContentPoint.Live(Branch)), async branch =>
    {
        _branching = null;
        await Switched.InvokeAsync(branch.Name);
    });

    private Task DeleteBranchAsync(string name) => DoAsync((nameof(DeleteBranchAsync), name), () => engine.Versions.DeleteBranchAsync(Feed.DocumentId, Actor, name), _ => snackbar.Add($"The branch “{name}” is deleted. Its versions stay in the history.", Severity.Normal));

    /// <summary>Nothing takes this back, so it is asked about, and the name is to be typed.</summary>
    private async Task PurgeBranchAsync(Branch branch)
    {
        var dialog = await _dialog.ShowAsync<PurgeBranchDialog>(dialogs, "Delete for good", new DialogParameters<PurgeBranchDialog> { { dialog => dialog.Branch, branch } }, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true });
        if (dialog is not null && await dialog.Result is { Canceled: false })
            await DoAsync((nameof(PurgeBranchAsync), branch.Name), () => engine.Versions.PurgeBranchAsync(Feed.DocumentId, Actor, branch.Name), _ => snackbar.Add($"The branch “{branch.Name}” is deleted for good.", Severity.Normal));
    }

    private async Task CheckAsync()
    {
        _isChecking = true;
        StateHasChanged();
        try
        {
            // Reads everything: not on the circuit's own thread.
            if (await Task.Run(() => engine.Versions.VerifyAsync(Feed.DocumentId, Actor)) is VersionResult<IntegrityReport>.Done done)
                _report = done.Value;
        }
        finally
        {
            _isChecking = false;
        }
    }

    private Task DoAsync<T>(object what, Func<Task<VersionResult<T>>> work, Action<T> done) => DoAsync(what, work, value =>
    {
        done(value);
        return Task.CompletedTask;
    });

    /// <summary>A refusal is said in words.</summary>
    private Task DoAsync<T>(object what, Func<Task<VersionResult<T>>> work, Func<T, Task> done) => OnceAsync(what, async () =>
    {
        switch (await work())
        {
            case VersionResult<T>.Done result:
                await done(result.Value);
                await Feed.RefreshAsync();
                break;
            case VersionResult<T>.Refused refused:
                snackbar.Add(refused.Reason, Severity.Warning);
                break;
        }
    });
}
