using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Security;

namespace Svgx.Tests.Unit.Security;

public class LimiterTests
{
    [Fact, Trait("Rule", "S4")]
    public void What_is_left_makes_room_for_its_own_key_alone()
    {
        var count = new CountByKey(2);
        Assert.True(count.TryEnter("ann"));
        Assert.True(count.TryEnter("ann"));
        Assert.True(count.TryEnter("ben"));
        Assert.False(count.TryEnter("ann"));

        count.Leave("ben");
        Assert.False(count.TryEnter("ann"));
        count.Leave("ann");
        Assert.True(count.TryEnter("ann"));
        Assert.False(count.TryEnter("ann"));
        count.Leave("ann");
        count.Leave("ann");
        Assert.True(count.TryEnter("ann"));
        Assert.True(count.TryEnter("ann"));
        Assert.False(count.TryEnter("ann"));
    }

    [Fact, Trait("Rule", "S1")]
    public void Who_leaves_and_comes_back_has_no_new_allowance()
    {
        var time = new FakeTimeProvider();
        var limiter = new OperationRateLimiter(1, TimeSpan.FromSeconds(10), time);
        Assert.True(limiter.TryTake("ann", "move", out _));
        Assert.True(limiter.TryTake("ben", "move", out _));
        limiter.Forget("ann");
        Assert.False(limiter.TryTake("ann", "move", out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));

        time.Advance(TimeSpan.FromSeconds(30));
        limiter.Forget("ann");
        Assert.True(limiter.TryTake("ann", "move", out _));
        Assert.True(limiter.TryTake("ben", "move", out _));
    }
}
