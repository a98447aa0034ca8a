using Microsoft.JSInterop;
using Svgx.Web.Components;

namespace Svgx.Tests.Components;

public sealed class CollocatedModuleTests : IAsyncDisposable
{
    private readonly Browser _browser = new();
    private readonly CollocatedModule _module;

    public CollocatedModuleTests() => _module = new(_browser, "./Some.razor.js");

    public ValueTask DisposeAsync() => _module.DisposeAsync();

    [Fact, Trait("Rule", "W29")]
    public async Task What_was_left_while_the_module_loads_mounts_nothing_and_lets_the_module_go()
    {
        var mounting = _module.MountAsync("host");

        await _module.DisposeAsync();
        var module = _browser.Answer("import");

        Assert.False(await mounting);
        Assert.Empty(module.Asked);
        Assert.True(module.IsLetGo);
    }

    [Fact, Trait("Rule", "W29")]
    public async Task What_was_left_while_it_mounts_is_ended_as_soon_as_it_is_there()
    {
        var mounting = _module.MountAsync("host");
        var module = _browser.Answer("import");

        await _module.DisposeAsync();
        var mounted = module.Answer("mount");

        Assert.False(await mounting);
        Assert.False(_module.IsMounted);
        Assert.Equal(["dispose"], mounted.Asked);
        Assert.True(mounted.IsLetGo);
        Assert.True(module.IsLetGo);
    }

    [Fact, Trait("Rule", "W29")]
    public async Task What_fails_after_it_was_left_is_nobodys_fault_and_before_that_is_one()
    {
        var mounting = _module.MountAsync("host");
        var module = _browser.Answer("import");
        await _module.DisposeAsync();
        module.Fail("mount", new JSException("The host is gone."));
        Assert.False(await mounting);

        await using var other = new CollocatedModule(_browser, "./Other.razor.js");
        mounting = other.MountAsync("host");
        _browser.Fail("import", new JSException("It could not be loaded."));
        await Assert.ThrowsAsync<JSException>(() => mounting);
    }

    [Fact, Trait("Rule", "C2")]
    public async Task Nothing_is_asked_of_what_is_not_mounted_or_has_gone_with_its_tab()
    {
        await _module.TellAsync("run", "undo");
        var mounting = _module.MountAsync("host");
        var module = _browser.Answer("import");
        await _module.TellAsync("run", "undo");
        Assert.Equal(["mount"], module.Asked);
        var mounted = module.Answer("mount");
        Assert.True(await mounting);

        var asking = _module.AskAsync<object>("names");
        mounted.Fail("names", new JSDisconnectedException("The tab is gone."));

        Assert.Null(await asking);
    }

    /// <summary>Something in a browser that answers when the test says so; what is told to it without a question it takes at once.</summary>
    private sealed class Browser : IJSRuntime, IJSObjectReference
    {
        private readonly Dictionary<string, TaskCompletionSource<object>> _open = new(StringComparer.Ordinal);

        public List<string> Asked { get; } = [];

        public bool IsLetGo { get; private set; }

        public Browser Answer(string function)
        {
            var answer = new Browser();
            _open[function].SetResult(answer);
            return answer;
        }

        public void Fail(string function, Exception error) => _open[function].SetException(error);

        public async ValueTask<T> InvokeAsync<T>(string identifier, object?[]? args)
        {
            Asked.Add(identifier);
            if (typeof(T) != typeof(IJSObjectReference) && typeof(T) != typeof(object))
                return default!;
            _open[identifier] = new();
            return (T)await _open[identifier].Task;
        }

        public ValueTask<T> InvokeAsync<T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);

        public ValueTask DisposeAsync()
        {
            IsLetGo = true;
            return ValueTask.CompletedTask;
        }
    }
}
