using Bunit;
using Svgx.Web.Components;

namespace Svgx.Tests.Components;

public sealed class OnePressTests : BunitContext
{
    [Fact, Trait("Rule", "W31")]
    public async Task What_is_pressed_again_before_the_page_has_shown_the_outcome_is_dropped_also_when_that_is_done_by_then()
    {
        var pressed = Render<Pressed>();
        await pressed.InvokeAsync(async () =>
        {
            pressed.Instance.Render(); // something else, on its way to the browser when the press comes
            await pressed.Instance.PressAsync("save");
            await pressed.Instance.PressAsync("save");
            pressed.Instance.Show(1);
            await pressed.Instance.PressAsync("save"); // done, and what was shown meanwhile is not yet its outcome
            await pressed.Instance.PressAsync("another");
        });
        Assert.Equal(["save", "another"], pressed.Instance.Done);

        pressed.Instance.Show(2);
        await pressed.InvokeAsync(() => pressed.Instance.PressAsync("save"));
        Assert.Equal(["save", "another", "save"], pressed.Instance.Done);
    }

    [Fact, Trait("Rule", "W31")]
    public async Task While_it_is_under_way_and_after_it_failed_the_page_says_so()
    {
        var pressed = Render<Pressed>();
        var work = new TaskCompletionSource();
        Task? pressing = null;
        await pressed.InvokeAsync(() => { pressing = pressed.Instance.PressAsync("save", work.Task); });
        await pressed.InvokeAsync(() => pressed.Instance.PressAsync("save"));
        Assert.Equal((true, true), pressed.Instance.State("save"));
        work.SetException(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(() => pressing!);

        Assert.Equal((false, false), pressed.Instance.State("save"));
        pressed.Instance.Show(1);
        await pressed.InvokeAsync(() => pressed.Instance.PressAsync("save"));
        Assert.Equal(["save"], pressed.Instance.Done);
    }

    private sealed class Pressed : OnePressComponent
    {
        private int _onTheirWay;

        public List<string> Done { get; } = [];

        public Task PressAsync(string what, Task? until = null) => OnceAsync(what, async () =>
        {
            await (until ?? Task.CompletedTask);
            Done.Add(what);
        });

        public void Render() => StateHasChanged();

        /// <summary>The browser has shown so many renderings more.</summary>
        public void Show(int renderings)
        {
            for (; renderings > 0; renderings--, _onTheirWay--)
            {
                Assert.True(_onTheirWay > 0);
                base.OnAfterRender(firstRender: false);
            }
        }

        protected override void OnAfterRender(bool firstRender) => _onTheirWay += firstRender ? 0 : 1;

        public (bool, bool) State(string what) => (IsBusy, IsBusyWith(what));
    }
}
