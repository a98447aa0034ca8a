using Bunit;
using MudBlazor.Services;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

public class BranchNameTests : BunitContext
{
    public BranchNameTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
    }

    [Theory, Trait("Rule", "H40")]
    [InlineData("lighter", "lighter")]
    [InlineData("  A second   door ", "A-second-door")]
    [InlineData("Roof, steeper (try 2)", "Roof-steeper-try-2")]
    [InlineData("Ben's idea", "Bens-idea")]
    [InlineData("v1.2_final-draft", "v1.2_final-draft")]
    [InlineData("-.x.-", "x")]
    [InlineData("Größe ändern", "Größe-ändern")]
    [InlineData("屋根 その2", "屋根-その2")]
    [InlineData("x\u0308y", "xy")]
    [InlineData("🎨 colours/red", "colours-red")]
    [InlineData("!?", "")]
    [InlineData("", "")]
    public void What_is_typed_becomes_the_nearest_name_that_a_branch_may_have(string typed, string name)
    {
        Assert.Equal(name, BranchNaming.From(typed));
        Assert.Equal(name.Length > 0, BranchName.IsValid(name));
    }

    [Fact, Trait("Rule", "H40")]
    public void A_long_text_becomes_the_longest_name_that_fits()
    {
        Assert.Equal(new string('x', BranchName.MaxLength), BranchNaming.From(new string('x', 500)));
        Assert.Equal(new string('x', BranchName.MaxLength - 1), BranchNaming.From(new string('x', BranchName.MaxLength - 1) + " y"));
    }

    [Fact, Trait("Rule", "H40")]
    public async Task What_it_will_be_called_is_said_while_one_types_and_what_cannot_be_had_is_not_asked_for()
    {
        var asked = new List<string>();
        var form = Render<BranchNameForm>(p => p.Add(c => c.Taken, ["old-roof"]).Add(c => c.Hint, "From here.").Add(c => c.Named, asked.Add).Add(c => c.Cancelled, () => asked.Add("given up")));
        foreach (var (typed, said, isAsked) in new[] { ("", "From here.", false), ("?", "A name needs a letter or a digit.", false), ("old roof", "There is a branch old-roof already.", false), ("New roof", "It will be called New-roof.", true), ("roof", "From here.", true) })
        {
            await form.Find("input").InputAsync(typed);
            Assert.Equal(said, form.Find("[role=status]").TextContent.Trim());
            Assert.Equal(isAsked ? "false" : "true", form.Find("button[type=submit]").GetAttribute("aria-disabled"));
            Assert.False(form.Find("button[type=submit]").HasAttribute("disabled")); // or Enter would do nothing until the last key is answered
            await form.Find("form").SubmitAsync(); // Enter
        }
        Assert.Equal(["New-roof", "roof"], asked);
        await form.Find("form").KeyDownAsync("Escape");
        Assert.Equal("given up", asked[^1]);
    }
}
