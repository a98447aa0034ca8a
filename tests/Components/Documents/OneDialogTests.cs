using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Svgx.Web.Components;
using Svgx.Web.Components.Canvas;

namespace Svgx.Tests.Components.Documents;

public sealed class OneDialogTests : BunitContext
{
    public OneDialogTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
    }

    [Fact, Trait("Rule", "W31")]
    public async Task What_is_pressed_twice_opens_one_dialog_and_another_when_that_is_closed()
    {
        var provider = Render<MudDialogProvider>();
        var (dialogs, one) = (Services.GetRequiredService<IDialogService>(), new OneDialog());

        for (var time = 1; time <= 2; time++)
        {
            var shown = await provider.InvokeAsync(() => Task.WhenAll(Show(), Show()));

            provider.WaitForAssertion(() => Assert.Single(provider.FindAll(".mud-dialog")));
            Assert.NotNull(shown[0]);
            Assert.Null(shown[1]);
            Assert.Null(await provider.InvokeAsync(Show));

            await provider.Find(".mud-dialog button").ClickAsync();
            provider.WaitForAssertion(() => Assert.Empty(provider.FindAll(".mud-dialog")));
        }

        Task<IDialogReference?> Show() => one.ShowAsync<ShortcutsDialog>(dialogs, "Keys", [], new() { CloseButton = true });
    }
}
