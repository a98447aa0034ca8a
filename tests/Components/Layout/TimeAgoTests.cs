using Svgx.Web.Components.Layout;

namespace Svgx.Tests.Components.Layout;

public sealed class TimeAgoTests
{
    [Theory, Trait("Rule", "W22")]
    [InlineData(-5, "just now")]
    [InlineData(-60, "a minute ago")]
    [InlineData(-300, "5 minutes ago")]
    [InlineData(-3600, "an hour ago")]
    [InlineData(-86_400 * 3, "3 days ago")]
    [InlineData(-86_400 * 400, "13 months ago")]
    [InlineData(7_200, "in 2 hours")]
    public void A_moment_is_told_as_people_say_it(int seconds, string words) => Assert.Equal(words, TimeAgo.Words(TimeSpan.FromSeconds(seconds)));
}
