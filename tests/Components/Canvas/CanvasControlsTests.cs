using Bunit;
using Svgx.Web.Components.Canvas;

namespace Svgx.Tests.Components.Canvas;

public class CanvasControlsTests : BunitContext
{
    [Theory, Trait("Rule", "C5")]
    [InlineData("select", "Select", "V", null)]
    [InlineData("hand", "Pan", "H", null)]
    [InlineData("rect", "Rectangle", "R", "editor")]
    [InlineData("ellipse", "Ellipse", "E", "editor")]
    [InlineData("line", "Line", "L", "editor")]
    [InlineData("path", "Draw", "P", "editor")]
    [InlineData("text", "Text", "T", "editor")]
    public void Each_tool_has_a_name_and_a_key_and_shows_to_whom_it_serves(string tool, string name, string key, string? shownTo)
    {
        var button = Render<CanvasToolbar>().Find($"[data-canvas-tool={tool}]");

        Assert.Equal(name, button.GetAttribute("aria-label"));
        Assert.Equal(key, button.GetAttribute("aria-keyshortcuts"));
        Assert.Contains($"({key})", button.GetAttribute("title"), StringComparison.Ordinal);
        Assert.Equal(shownTo, button.GetAttribute("data-canvas-show"));
    }

    [Fact, Trait("Rule", "C5")]
    public void Exactly_one_tool_is_pressed_to_begin_with()
    {
        var pressed = Assert.Single(Render<CanvasToolbar>().FindAll("[aria-pressed=true]"));

        Assert.Equal("select", pressed.GetAttribute("data-canvas-tool"));
    }

    [Theory, Trait("Rule", "C6")]
    [InlineData("fill", "color")]
    [InlineData("stroke", "color")]
    [InlineData("stroke-width", "range")]
    [InlineData("opacity", "range")]
    [InlineData("font-size", "number")]
    public void Each_property_has_one_labelled_control(string property, string type)
    {
        var input = Assert.Single(Render<PropertyBar>().FindAll($"[data-canvas-style={property}]"));

        Assert.Equal(type, input.GetAttribute("type"));
        var label = input.GetAttribute("aria-label") ?? input.Closest("label")?.TextContent;
        Assert.False(string.IsNullOrWhiteSpace(label));
    }

    [Fact, Trait("Rule", "C6")]
    public void Properties_wait_hidden_until_there_is_something_to_set_them_for()
    {
        var bar = Render<PropertyBar>().Find(".property-bar");

        Assert.True(bar.HasAttribute("hidden"));
        Assert.Equal("properties", bar.GetAttribute("data-canvas-show"));
    }

    [Fact, Trait("Rule", "C5")]
    public void Undo_and_redo_are_for_editors_and_begin_disabled()
    {
        var bar = Render<HistoryBar>();

        Assert.Equal("editor", bar.Find("[role=toolbar]").GetAttribute("data-canvas-show"));
        Assert.All(bar.FindAll("button"), button => Assert.True(button.HasAttribute("disabled")));
        Assert.Equal(["undo", "redo"], bar.FindAll("button").Select(button => button.GetAttribute("data-canvas-command")));
    }

    [Fact, Trait("Rule", "C7")]
    public void The_status_mark_claims_nothing_before_the_server_has_answered()
    {
        var mark = Render<StatusMark>().Find("[data-canvas-status]");

        Assert.Equal("status", mark.GetAttribute("role"));
        Assert.Equal("connecting", mark.GetAttribute("data-state"));
        Assert.DoesNotContain("Saved", mark.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "C8")]
    public void The_refusal_offers_a_way_back_and_another_try()
    {
        var refusal = Render<CanvasRefusal>();

        Assert.True(refusal.Find("[role=alert]").HasAttribute("hidden"));
        Assert.Single(refusal.FindAll("a[href]"));
        Assert.Single(refusal.FindAll("[data-canvas-command=retry]"));
    }

    [Fact, Trait("Rule", "C5")]
    public void Every_control_of_the_board_has_a_name()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;

        var buttons = Render<DrawingBoard>(p => p.Add(b => b.DocumentId, Guid.NewGuid())).FindAll("button");

        Assert.NotEmpty(buttons);
        Assert.All(buttons, button => Assert.False(string.IsNullOrWhiteSpace(button.GetAttribute("aria-label") ?? button.TextContent)));
    }
}
