using Microsoft.AspNetCore.Components;

namespace Svgx.Web.Components;

/// <summary>
/// A component in which a press counts once: what is pressed again before the browser has shown what came of the first press is dropped, also where that is done by then. On a slow line a person presses
/// twice what the server has carried out long ago. For the component's own dispatcher only.
/// </summary>
public abstract class OnePressComponent : ComponentBase
{
    // What was pressed, and the rendering after which its outcome is on the page; none while it is under way.
    private readonly Dictionary<object, long?> _presses = [];
    private long _rendered, _shown;

    /// <summary>Whether anything that was pressed is under way.</summary>
    protected bool IsBusy => _presses.ContainsValue(null);

    /// <summary>Whether this one is under way.</summary>
    /// <param name="what">What was pressed.</param>
    protected bool IsBusyWith(object what) => _presses.TryGetValue(what, out var after) && after is null;

    /// <summary>Does what was pressed, unless the same was pressed before and its outcome is not on the page yet.</summary>
    /// <param name="what">What was pressed; other things can be under way beside it.</param>
    /// <param name="work">What is to be done.</param>
    protected async Task OnceAsync(object what, Func<Task> work)
    {
        if (!_presses.TryAdd(what, null))
            return;
        try
        {
            await work();
        }
        finally
        {
            _presses[what] = _rendered;
            StateHasChanged();
        }
    }

    /// <inheritdoc/>
    protected override bool ShouldRender()
    {
        _rendered++; // not asked for the first one, which is not counted
        return true;
    }

    /// <summary>The browser has this rendering. What it sent before it had it has come already: the line keeps the order.</summary>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            return;
        _shown++;
        foreach (var (what, after) in _presses)
        {
            if (after < _shown)
                _presses.Remove(what);
        }
    }
}
