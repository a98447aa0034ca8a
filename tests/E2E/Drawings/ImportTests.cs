using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;

namespace Svgx.Tests.E2E.Drawings;

public sealed class ImportTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W4")]
    public async Task A_file_that_is_too_large_is_refused_in_the_servers_words_before_it_is_sent()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var sent = new List<string>();
        ada.Page.Request += (_, request) => { if (request.Method == "POST" && request.Url.Contains("/api/documents", StringComparison.Ordinal)) sent.Add(request.Url); };
        await ada.HomeAsync();
        await ada.Page.Locator(".page[data-drop-ready]").WaitForAsync();
        var large = await ada.Page.EvaluateHandleAsync("() => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(40 << 20)], 'large.svg')); return data; }");
        await ada.Page.Locator(".page").DispatchEventAsync("drop", new Dictionary<string, object> { ["dataTransfer"] = large });
        await Assertions.Expect(ada.Page.Locator(".mud-alert")).ToContainTextAsync("large.svg could not be imported. The file is larger than 20 MiB.");
        Assert.Empty(sent);
        Assert.Empty(ada.Errors);
    }
}
