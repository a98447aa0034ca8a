using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Canvas;

namespace Svgx.Web.Components.Versions;

/// <summary>
/// Goes through the history of a branch, operation by operation, on the canvas itself. The canvas's module loads the journal, draws and answers keys; here are the bar's markup, what changes the
/// drawing (bringing a revision back, branching from one) and the marks of saved versions.
/// </summary>
/// <remarks>Key it by document and branch: an open slider stays with the branch it was opened for.</remarks>
public sealed partial class TimeSlider(CollaborationEngine engine, ISnackbar snackbar) : OnePressComponent, IAsyncDisposable
{
    /// <summary>More marks than this could not be told apart.</summary>
    private const int MostMarks = 200;

    private static readonly int[] Speeds = [1, 5, 20, 100];

    private ElementReference _bar;
    private DotNetObjectReference<TimeSlider>? _self;
    private IJSObjectReference? _slider;
    private TimeSliderState _state = new();
    private TimeSliderPhase _rendered;
    private ImmutableArray<DocumentVersion> _marks = [];
    private bool _isBranching;
    private bool _disposed;

    /// <summary>The canvas that shows it.</summary>
    [Parameter]
    public DrawingBoard? Board { get; set; }

    /// <summary>The document.</summary>
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <summary>The branch whose history it is.</summary>
    [Parameter]
    public string Branch { get; set; } = CollaborationEngine.MainBranch;

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>Whether they may change the drawing; the engine asks again.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>Raised when the canvas is the live drawing's again.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    /// <summary>Raised with a branch that was made, to draw on.</summary>
    [Parameter]
    public EventCallback<string> Switched { get; set; }

    private string Phase => _state.Phase.ToString().ToLowerInvariant();

    private VersionActor Actor => new(UserId);

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public void OnStateChanged(TimeSliderState state)
    {
        _state = state;
        StateHasChanged();
    }

    /// <summary>Called by the module, after the canvas has gone back to now.</summary>
    [JSInvokable]
    public Task OnCloseAsked() => Closed.InvokeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        engine.Versions.Changed -= OnVersionsChanged;
        await CloseAsync();
        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        engine.Versions.Changed += OnVersionsChanged;
        await ReadMarksAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await OpenAsync();
        }
        else if (_rendered != _state.Phase && _slider is not null)
        {
            _rendered = _state.Phase;
            try
            {
                await _slider.InvokeVoidAsync("refresh"); // what is new in the bar is empty until the module fills it
            }
            catch (JSDisconnectedException)
            {
                // The tab took the canvas with it.
            }
        }
    }

    private async Task OpenAsync()
    {
        try
        {
            if (Board is not null && _self is not null)
                _slider = await Board.OpenSliderAsync(_bar, _self);
        }
        catch (JSDisconnectedException)
        {
            return; // navigated away while opening
        }
        catch (JSException)
        {
            // The module could not be loaded: as without a canvas, trying again may do.
        }
        if (_disposed)
            await CloseAsync(); // closed while opening: the canvas would stay in the past
        if (_disposed || _slider is not null)
            return;
        _state = _state with { Phase = TimeSliderPhase.Failed };
        StateHasChanged();
    }

    private async Task CloseAsync()
    {
        try
        {
            if (_slider is not null)
            {
                await _slider.InvokeVoidAsync("close");
                await _slider.DisposeAsync();
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            // The tab took the canvas with it.
        }
    }

    private void OnVersionsChanged(Guid documentId)
    {
        if (documentId == DocumentId)
            _ = InvokeAsync(async () =>
            {
                await ReadMarksAsync();
                if (!_disposed)
                    StateHasChanged();
            });
    }

    private async Task ReadMarksAsync()
    {
        if (await engine.Versions.ListAsync(DocumentId, Actor, Branch, limit: MostMarks, checkpoints: false) is VersionResult<VersionPage>.Done done)
            _marks = [.. done.Value.Versions.DistinctBy(version => version.Revision)];
    }

    private async Task RetryAsync()
    {
        if (_slider is not null)
            await _slider.InvokeVoidAsync("retry");
        else
            await OpenAsync();
    }

    private Task RestoreAsync() => DoAsync(
        nameof(RestoreAsync),
        revision => engine.Versions.RestoreAsync(DocumentId, Actor, new ContentPoint.Revision(Branch, revision), Branch),
        async (change, revision) =>
        {
            snackbar.Add(change.OperationId is null ? "The drawing is like that already." : $"The drawing is as it was at revision {revision}. Undo takes it back.", Severity.Success);
            await Closed.InvokeAsync();
        });

    private Task BranchAsync(string name) => DoAsync(
        nameof(BranchAsync),
        revision => engine.Versions.CreateBranchAsync(DocumentId, Actor, name, new ContentPoint.Revision(Branch, revision)),
        async (branch, _) =>
        {
            await Closed.InvokeAsync();
            await Switched.InvokeAsync(branch.Name);
        });

    private async Task CancelBranchAsync()
    {
        _isBranching = false;
        await _bar.FocusIfThereAsync(preventScroll: true); // what had the focus goes with the form
    }

    /// <summary>With the revision that the slider stands at; a refusal is said in words.</summary>
    private Task DoAsync<T>(string what, Func<long, Task<VersionResult<T>>> work, Func<T, long, Task> done) => OnceAsync(what, async () =>
    {
        if (_slider is null)
            return;
        var revision = await _slider.InvokeAsync<long>("revision");
        switch (await work(revision))
        {
            case VersionResult<T>.Done result:
                await done(result.Value, revision);
                break;
            case VersionResult<T>.Refused refused:
                snackbar.Add(refused.Reason, Severity.Warning);
                break;
        }
    });
}
