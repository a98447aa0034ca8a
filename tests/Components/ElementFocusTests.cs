using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using Svgx.Web.Components;

namespace Svgx.Tests.Components;

public sealed class ElementFocusTests
{
    public static TheoryData<Exception> WaysToGo => [new JSException("Unable to focus an invalid element."), new JSDisconnectedException("The tab is gone."), new TaskCanceledException()];

    [Theory, Trait("Rule", "W29")]
    [MemberData(nameof(WaysToGo))]
    public async Task The_focus_for_what_has_gone_meanwhile_ends_nothing(Exception gone) =>
        await new ElementReference("button", new WebElementReferenceContext(new Browser(gone))).FocusIfThereAsync();

    private sealed class Browser(Exception answer) : IJSRuntime
    {
        public ValueTask<T> InvokeAsync<T>(string identifier, object?[]? args) => ValueTask.FromException<T>(answer);

        public ValueTask<T> InvokeAsync<T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);
    }
}
