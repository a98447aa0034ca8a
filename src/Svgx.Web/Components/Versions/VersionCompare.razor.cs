using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;

namespace Svgx.Web.Components.Versions;

/// <summary>Shows how two contents of a document differ.</summary>
public sealed partial class VersionCompare(IJSRuntime js, CollaborationEngine engine) : OnePressComponent
{
    private const int PageSize = 200;
    private const int MaxChosen = 10_000; // what one restore takes
    private const int MaxMarks = 2_000; // boxes on the pictures at first: more would say no more, and cost the view its smoothness
    private static readonly (string Mode, string Title)[] Modes = [("side", "Side by side"), ("slider", "Slider"), ("overlay", "Overlay")];

    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private ElementReference _self, _stage;
    private readonly CollocatedModule _view = new(js, "./Components/Versions/VersionCompare.razor.js");
    private ImmutableArray<ElementDifference> _differences = [];
    private (Guid, ComparedContent, ComparedContent)? _of;
    private string _mode = "side";
    private string? _failure, _done;
    private int _listed = PageSize;
    private bool _isReading = true, _pictureFailed;

    /// <summary>The document.</summary>
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>The older side.</summary>
    [Parameter, EditorRequired]
    public ComparedContent From { get; set; } = default!;

    /// <summary>The newer side.</summary>
    [Parameter, EditorRequired]
    public ComparedContent To { get; set; } = default!;

    /// <summary>The branch in which elements are restored.</summary>
    [Parameter]
    public string Branch { get; set; } = CollaborationEngine.MainBranch;

    /// <summary>Whether they may restore elements; the engine asks again.</summary>
    [Parameter]
    public bool MayRestore { get; set; }

    /// <summary>Where the differences are read from. Default: the engine.</summary>
    [Parameter]
    public Func<CancellationToken, Task<VersionResult<DocumentDiff>>>? Read { get; set; }

    /// <summary>Raised when the person has seen enough.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    /// <summary>Raised with the element that the person wants to see; it is marked in the comparison already.</summary>
    [Parameter]
    public EventCallback<string> Shown { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _view.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        if (_of == (DocumentId, From, To))
            return Task.CompletedTask;
        _of = (DocumentId, From, To);
        _chosen.Clear();
        _names.Clear();
        (_done, _listed) = (null, PageSize);
        return ReadAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await _view.MountAsync(_self, _stage) && !_isReading)
            await DrawAsync();
    }

    private async Task ReadAsync()
    {
        (_isReading, _failure) = (true, null);
        try
        {
            var answer = await (Read?.Invoke(_ended.Token) ?? engine.Versions.DiffAsync(DocumentId, new(UserId), From.Point, To.Point, _ended.Token));
            _differences = answer is VersionResult<DocumentDiff>.Done(var diff) ? diff.Elements : [];
            _failure = (answer as VersionResult<DocumentDiff>.Refused)?.Reason;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception) when (!_ended.IsCancellationRequested) // the store says what it was in the log; the list offers to try again
        {
            _failure = "Nothing is lost.";
        }
        _isReading = false;
        await DrawAsync();
    }

    private async Task DrawAsync()
    {
        if (!_view.IsMounted || _failure is not null)
            return;
        var marks = _differences.Take(MaxMarks).Select(difference => new[] { difference.ElementId, Wire(difference.Kind) }).ToArray();
        _pictureFailed = !await _view.AskAsync<bool>("show", From.Url(DocumentId), To.Url(DocumentId), From.Title, To.Title, marks);
        await ReadNamesAsync();
        if (_view.IsMounted)
            StateHasChanged();
    }

    private Task ListMoreAsync()
    {
        _listed += PageSize;
        return ReadNamesAsync();
    }

    /// <summary>What people call those that are listed: the drawings are in the browser, and only it can count their rectangles.</summary>
    private async Task ReadNamesAsync()
    {
        if (_pictureFailed)
            return;
        var unnamed = _differences.Take(_listed).Select(difference => difference.ElementId).Where(id => !_names.ContainsKey(id)).ToArray();
        foreach (var page in unnamed.Chunk(PageSize)) // an answer over 32 KiB would cost the circuit its connection
        {
            foreach (var (id, name) in await _view.AskAsync<Dictionary<string, string>>("names", [page]) ?? [])
                _names[id] = name;
        }
    }

    private string NameOf(ElementDifference difference) => _names.GetValueOrDefault(difference.ElementId) ?? DifferenceWords.Element(difference);

    private Task ShowModeAsync(string mode)
    {
        _mode = mode;
        return _view.TellAsync("mode", mode);
    }

    private async Task JumpAsync(ElementDifference difference)
    {
        await _view.TellAsync("highlight", difference.ElementId, Wire(difference.Kind));
        await Shown.InvokeAsync(difference.ElementId);
    }

    private void Choose(string elementId, bool chosen)
    {
        if (!chosen)
            _chosen.Remove(elementId);
        else if (_chosen.Count < MaxChosen)
            _chosen.Add(elementId);
    }

    private Task RestoreAsync() => OnceAsync(nameof(RestoreAsync), async () =>
    {
        // Not ended with the page: what was asked for is done.
        switch (await engine.Versions.RestoreAsync(DocumentId, new(UserId), From.Point, Branch, [.. _chosen], cancellationToken: CancellationToken.None))
        {
            case VersionResult<VersionChange>.Done:
                _done = $"{(_chosen.Count == 1 ? "One element is" : $"{_chosen.Count} elements are")} in “{Branch}” as in “{From.Title}” again.";
                _chosen.Clear();
                await ReadAsync();
                break;
            case VersionResult<VersionChange>.Refused(_, var reason):
                _done = $"Nothing was restored. {reason}";
                break;
        }
        // What was pressed can be pressed no more, and the focus must not be lost with it.
        if (_view.IsMounted)
            await _self.FocusIfThereAsync();
    });

    /// <summary>What only the newer side has cannot be taken from the older; the root is restored with the whole drawing alone.</summary>
    private static bool CanRestore(ElementDifference difference) => difference.Kind != ElementDifferenceKind.Added && difference.ParentId is not null;

    private static string Wire(ElementDifferenceKind kind) => kind switch
    {
        ElementDifferenceKind.Added => "added",
        ElementDifferenceKind.Removed => "removed",
        _ => "changed",
    };
}
