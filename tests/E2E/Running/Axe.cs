using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Svgx.Tests.E2E.Running;

/// <summary>Accessibility by axe, run in the page itself: the package for Playwright opens another tab for every look, which takes most of the time, and serves frames, of which the app has none.</summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What differs between themes.</summary>
    public static readonly string[] Colours = ["color-contrast", "link-in-text-block"];

    /// <summary>What is wrong, a line each; empty when nothing is.</summary>
    /// <param name="page">The page.</param>
    /// <param name="within">A selector of what is looked at. Default: everything.</param>
    /// <param name="rules">The only rules that are looked at. Default: all but that of landmarks.</param>
    public static async Task<string[]> ViolationsAsync(IPage page, string within = ":root", string[]? rules = null)
    {
        if (await page.EvaluateAsync<bool>("() => globalThis.axe === undefined"))
            await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(
            """
            async ([within, rules]) => {
              const options = rules ? { runOnly: { type: 'rule', values: rules } } : { rules: { region: { enabled: false } } };
              const { violations } = await axe.run(document.querySelector(within), { ...options, resultTypes: ['violations'] });
              return violations.flatMap(violation => violation.nodes.map(node => `${violation.id}: ${node.target} ${node.html}`));
            }
            """,
            new object?[] { within, rules });
    }
}
