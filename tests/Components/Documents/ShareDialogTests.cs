using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Web.Components.Documents;

namespace Svgx.Tests.Components.Documents;

public class ShareDialogTests : BunitContext
{
    private readonly RunningApp _app;

    public ShareDialogTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(app.Documents);
    }

    [Fact, Trait("Rule", "W18")]
    public async Task Sharing_changing_a_role_and_taking_it_back_hold_at_once()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var (grace, _) = await _app.NewPersonAsync("Grace");
        var id = await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        var dialog = await OpenAsync(id, ada.Id);

        await dialog.Find("input[type=email]").InputAsync(grace.Email!);
        await dialog.Find("form").SubmitAsync();
        dialog.WaitForElement("[aria-label='What Grace may do']");
        Assert.Equal(DocumentRole.Editor, (await _app.Documents.GetAsync(id, grace.Id, default))!.Role);

        await dialog.Find("[aria-label='What Grace may do']").ChangeAsync("Viewer");
        dialog.WaitForAssertion(() => Assert.Equal("Viewer", dialog.Find("[aria-label='What Grace may do']").GetAttribute("value")));
        Assert.Equal(DocumentRole.Viewer, (await _app.Documents.GetAsync(id, grace.Id, default))!.Role);

        await dialog.Find("[aria-label='Stop sharing with Grace']").ClickAsync();
        dialog.WaitForState(() => dialog.FindAll("[aria-label='What Grace may do']").Count == 0);
        Assert.Null(await _app.Documents.GetAsync(id, grace.Id, default));
    }

    [Fact, Trait("Rule", "W18")]
    public async Task An_address_without_an_account_is_answered_in_words()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var dialog = await OpenAsync(await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default), ada.Id);

        await dialog.Find("input[type=email]").InputAsync("nobody@example.org");
        await dialog.Find("form").SubmitAsync();

        Assert.Contains("Nobody has an account", dialog.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "W31")]
    public async Task What_is_pressed_twice_shares_once_and_complains_of_nothing()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var (grace, _) = await _app.NewPersonAsync("Grace");
        var dialog = await OpenAsync(await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default), ada.Id);

        await dialog.Find("input[type=email]").InputAsync(grace.Email!);
        await dialog.Find("form").SubmitAsync();
        await dialog.Find("form").SubmitAsync();

        dialog.WaitForElement("[aria-label='What Grace may do']");
        Assert.Empty(dialog.FindAll("[role=alert]"));
    }

    [Fact, Trait("Rule", "W41")]
    public async Task What_was_changed_or_deleted_elsewhere_is_said_and_the_dialog_shows_how_it_is()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var (grace, _) = await _app.NewPersonAsync("Grace");
        var id = await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        await _app.Documents.ShareAsync(id, ada.Id, grace.Email!, DocumentRole.Viewer, default);
        var dialog = await OpenAsync(id, ada.Id);

        await _app.Documents.UnshareAsync(id, ada.Id, grace.Email!, default);
        await dialog.Find("[aria-label='Stop sharing with Grace']").ClickAsync();
        Assert.Contains("not shared with that person", dialog.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(dialog.FindAll("[aria-label='Stop sharing with Grace']"));

        await _app.Documents.DeleteAsync(id, ada.Id, default);
        var late = Render<MudDialogProvider>();
        await late.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<ShareDialog>("Share", new DialogParameters<ShareDialog> { { share => share.DocumentId, id }, { share => share.UserId, ada.Id } }));
        Assert.Contains("There is no such document", late.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(Guid id, string userId)
    {
        var provider = Render<MudDialogProvider>();
        await provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<ShareDialog>("Share", new DialogParameters<ShareDialog> { { dialog => dialog.DocumentId, id }, { dialog => dialog.UserId, userId } }));
        provider.WaitForElement(".people-list li");
        return provider;
    }
}
