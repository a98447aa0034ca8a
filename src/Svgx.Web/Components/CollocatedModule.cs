using Microsoft.JSInterop;

namespace Svgx.Web.Components;

/// <summary>
/// The script module beside a component, and what it mounted on the page. A component can go, and its tab with it, between a question to the browser and the answer: nothing is asked for any more then,
/// and what was on its way is let go of when it comes. Left alone, the one would end the circuit and the other stay on the page unseen. For the component's own dispatcher only.
/// </summary>
/// <param name="js">The tab's browser.</param>
/// <param name="path">Where the module is, relative to the app.</param>
public sealed class CollocatedModule(IJSRuntime js, string path) : IAsyncDisposable
{
    private IJSObjectReference? _module, _mounted;
    private bool _mounts, _isDisposed;

    /// <summary>Whether it has mounted something that is still there.</summary>
    public bool IsMounted => _mounted is not null && !_isDisposed;

    /// <summary>Loads the module.</summary>
    /// <returns>Whether it is there: <see langword="false"/> where the component or the tab went meanwhile.</returns>
    /// <exception cref="JSException">It could not be loaded.</exception>
    public async Task<bool> ImportAsync()
    {
        _module ??= await WhileThereAsync(() => js.InvokeAsync<IJSObjectReference?>("import", path));
        if (!_isDisposed)
            return _module is not null;
        await LetGoAsync();
        return false;
    }

    /// <summary>Loads the module and calls its <c>mount</c>.</summary>
    /// <param name="arguments">What <c>mount</c> takes.</param>
    /// <returns>Whether it is mounted: <see langword="false"/> where the component or the tab went meanwhile.</returns>
    /// <exception cref="JSException">It could not be loaded, or mounted.</exception>
    public async Task<bool> MountAsync(params object?[] arguments)
    {
        _mounts = true;
        if (!await ImportAsync())
            return false;
        _mounted = await WhileThereAsync(() => _module!.InvokeAsync<IJSObjectReference?>("mount", arguments));
        if (!_isDisposed)
            return _mounted is not null;
        await LetGoAsync();
        return false;
    }

    /// <summary>Calls a function of what is mounted, or of the module where it mounts nothing; does nothing before that is there, and after.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="arguments">What it takes.</param>
    /// <exception cref="JSException">It failed.</exception>
    public async Task TellAsync(string function, params object?[] arguments)
    {
        if (Target is not { } target)
            return;
        await WhileThereAsync(async () =>
        {
            await target.InvokeVoidAsync(function, arguments);
            return true;
        });
    }

    /// <summary>Asks a function of what is mounted, or of the module where it mounts nothing.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="arguments">What it takes.</param>
    /// <returns>The answer; the default where nobody is there to give one.</returns>
    /// <exception cref="JSException">It failed.</exception>
    public async Task<T?> AskAsync<T>(string function, params object?[] arguments) =>
        Target is { } target ? await WhileThereAsync(() => target.InvokeAsync<T?>(function, arguments)) : default;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await LetGoAsync();
    }

    private IJSObjectReference? Target => _mounts ? _mounted : _module;

    private async Task<T?> WhileThereAsync<T>(Func<ValueTask<T?>> ask)
    {
        if (_isDisposed)
            return default;
        try
        {
            return await ask();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException || (gone is JSException && _isDisposed))
        {
            return default; // navigated away meanwhile
        }
    }

    private async Task LetGoAsync()
    {
        var (mounted, module) = (_mounted, _module);
        (_mounted, _module) = (null, null);
        try
        {
            if (mounted is not null)
            {
                await mounted.InvokeVoidAsync("dispose");
                await mounted.DisposeAsync();
            }
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The tab took it all with it.
        }
    }
}
