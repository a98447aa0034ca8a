using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Web.Components.Conflicts;

namespace Svgx.Tests.Components.Conflicts;

public class ConflictSettingsTests : BunitContext
{
    public ConflictSettingsTests(RunningApp app)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(app.Services.GetRequiredService<CollaborationEngine>());
    }

    [Fact, Trait("Rule", "F37")]
    public async Task While_the_settings_are_read_it_says_so_and_nothing_can_be_saved()
    {
        var dialog = await OpenAsync(new TaskCompletionSource<ConflictPolicy>().Task);

        Assert.NotNull(dialog.WaitForElement("[aria-label='Reading the settings']"));
        Assert.True(Button(dialog, "Save")!.HasAttribute("disabled"));
    }

    [Fact, Trait("Rule", "F37")]
    public async Task Where_they_cannot_be_read_it_says_so_and_tries_again_on_request()
    {
        var fails = true;
        var dialog = await OpenAsync(() => fails ? Task.FromException<ConflictPolicy>(new IOException("gone")) : Task.FromResult(new ConflictPolicy()));
        Assert.Contains("cannot be read", dialog.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        fails = false;

        await dialog.Find("[role=alert] button").ClickAsync();

        dialog.WaitForAssertion(() => Assert.Equal(4, dialog.FindAll(".conflict-rule").Count));
    }

    [Fact, Trait("Rule", "F37")]
    public async Task What_cannot_be_saved_stays_for_another_try()
    {
        var (fails, kept) = (true, (ConflictPolicy?)null);
        var dialog = await OpenAsync(Task.FromResult(new ConflictPolicy()), keep: policy =>
        {
            if (fails)
                return Task.FromException(new IOException("gone"));
            kept = policy;
            return Task.CompletedTask;
        });
        await dialog.WaitForElement(".conflict-rule select").ChangeAsync(ConflictStrategies.Manual);
        await Button(dialog, "Save")!.ClickAsync();
        Assert.Equal(ConflictStrategies.Manual, dialog.Find(".conflict-rule select").GetAttribute("value"));
        fails = false;

        await Button(dialog, "Save")!.ClickAsync();

        dialog.WaitForState(() => kept is not null);
        Assert.Equal(ConflictStrategies.Manual, kept!.Concurrent.Strategy);
        dialog.WaitForAssertion(() => Assert.Empty(dialog.FindAll(".conflict-rule")));
    }

    [Fact, Trait("Rule", "F37")]
    public async Task Who_is_not_the_owner_reads_them_and_can_change_nothing()
    {
        var dialog = await OpenAsync(Task.FromResult(new ConflictPolicy()), mayChange: false);

        dialog.WaitForAssertion(() => Assert.Equal(4, dialog.FindAll(".conflict-rule[disabled]").Count));
        Assert.Contains("Only the owner can change it", dialog.Markup, StringComparison.Ordinal);
        Assert.Null(Button(dialog, "Save"));
    }

    [Fact, Trait("Rule", "W31")]
    public async Task What_is_saved_twice_is_kept_once()
    {
        var (kept, answer) = (0, new TaskCompletionSource());
        var dialog = await OpenAsync(Task.FromResult(new ConflictPolicy()), keep: _ =>
        {
            kept++;
            return answer.Task;
        });
        dialog.WaitForElement(".conflict-rule");
        var presses = new[] { 1, 2 }.Select(_ => Button(dialog, "Save")!.ClickAsync()).ToList();
        answer.SetResult();
        await Task.WhenAll(presses);
        Assert.Equal(1, kept);
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(Task<ConflictPolicy> policy, bool mayChange = true, Func<ConflictPolicy, Task>? keep = null) => OpenAsync(() => policy, mayChange, keep);

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(Func<Task<ConflictPolicy>> read, bool mayChange = true, Func<ConflictPolicy, Task>? keep = null)
    {
        var provider = Render<MudDialogProvider>();
        await provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<ConflictSettingsDialog>("How conflicts are settled", new DialogParameters<ConflictSettingsDialog>
        {
            { dialog => dialog.DocumentId, Guid.NewGuid() }, { dialog => dialog.MayChange, mayChange }, { dialog => dialog.Read, read }, { dialog => dialog.Keep, keep },
        }));
        return provider;
    }

    private static AngleSharp.Dom.IElement? Button(IRenderedComponent<MudDialogProvider> dialog, string words) => dialog.FindAll("button").SingleOrDefault(button => button.TextContent.Trim() == words);
}
