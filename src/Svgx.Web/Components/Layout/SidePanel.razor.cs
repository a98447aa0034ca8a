using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Svgx.Web.Components.Layout;

/// <summary>
/// The panel beside a drawing. Its tabs are the <see cref="SidePanelTab"/>s inside it. A click on a tab opens it, a click on the open one closes the panel; which tab is open is kept in the
/// browser for the next visit, except on a narrow screen, where the panel would lie over the drawing before anybody asked for it.
/// </summary>
public sealed partial class SidePanel(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly List<SidePanelTab> _tabs = [];
    private readonly Dictionary<string, ElementReference> _buttons = new(StringComparer.Ordinal);
    private readonly CollocatedModule _module = new(js, "./Components/Layout/SidePanel.razor.js");
    private string? _open;
    private string? _focused;
    private bool _disposed;

    /// <summary>The tabs.</summary>
    [Parameter, EditorRequired]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Raised with the name of the tab that is open now, <see langword="null"/> for none.</summary>
    [Parameter]
    public EventCallback<string?> OpenChanged { get; set; }

    /// <summary>The name of the open tab; <see langword="null"/> for none.</summary>
    public string? OpenTab => _tabs.Exists(tab => tab.Name == _open) ? _open : null;

    /// <summary>The one that the Tab key comes to; arrows lead to the others.</summary>
    private SidePanelTab? Reachable => _tabs.Find(tab => tab.Name == (_focused ?? _open)) ?? _tabs.FirstOrDefault();

    /// <summary>Opens a tab by its name.</summary>
    public Task OpenAsync(string name) => SetAsync(name);

    /// <summary>Opens a tab, or closes the panel where that one is open.</summary>
    public Task ToggleAsync(string name) => SetAsync(OpenTab == name ? null : name);

    /// <summary>Closes the panel where it leaves too little room for what somebody asked to see, without forgetting which tab was open.</summary>
    public async Task MakeRoomAsync()
    {
        if (OpenTab is not null && await _module.AskAsync<bool>("isNarrow"))
            await ShowAsync(null);
    }

    /// <summary>Closes the panel.</summary>
    public Task CloseAsync() => SetAsync(null);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _module.DisposeAsync();
    }

    internal void Add(SidePanelTab tab) => _tabs.Add(tab);

    internal void Remove(SidePanelTab tab)
    {
        _tabs.Remove(tab);
        _buttons.Remove(tab.Name);
        TabsChanged();
    }

    /// <summary>The tabs come after the panel in a round of rendering, so it draws its buttons once more.</summary>
    internal void TabsChanged()
    {
        if (!_disposed)
            StateHasChanged();
    }

    internal async Task OnBodyKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key != "Escape" || OpenTab is not { } name)
            return;
        await CloseAsync();
        if (_buttons.TryGetValue(name, out var button)) // the page can have been left meanwhile
            await button.FocusIfThereAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await _module.ImportAsync() && await _module.AskAsync<string>("remembered") is { } name && _open is null && !_disposed)
            await ShowAsync(name);
    }

    private Task OnTabClickAsync(SidePanelTab tab)
    {
        _focused = tab.Name;
        return ToggleAsync(tab.Name);
    }

    private async Task SetAsync(string? name)
    {
        await ShowAsync(name);
        await _module.TellAsync("remember", name); // where it does not come through, the next visit starts without it
    }

    private async Task ShowAsync(string? name)
    {
        var former = OpenTab;
        _open = name;
        StateHasChanged();
        foreach (var tab in _tabs.ToArray())
            tab.Refresh(); // one that stands inside a component whose parameters are the same would not be rendered with the panel
        if (former != OpenTab)
            await OpenChanged.InvokeAsync(OpenTab);
    }

    private async Task OnTabKeyAsync(KeyboardEventArgs key)
    {
        var at = Reachable is { } current ? _tabs.IndexOf(current) : -1;
        var to = key.Key switch
        {
            "ArrowDown" or "ArrowRight" => (at + 1) % _tabs.Count,
            "ArrowUp" or "ArrowLeft" => (at - 1 + _tabs.Count) % _tabs.Count,
            "Home" => 0,
            "End" => _tabs.Count - 1,
            _ => -1,
        };
        if (to < 0)
        {
            await OnBodyKeyAsync(key);
            return;
        }
        _focused = _tabs[to].Name;
        await _buttons[_focused].FocusIfThereAsync();
    }
}
