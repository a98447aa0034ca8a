using System.Reflection;
using System.Text.RegularExpressions;

namespace Svgx.Tests.Unit;

/// <summary>The rules of docs/behaviour.md and the tests that carry their numbers.</summary>
public sealed partial class RuleTests
{
    private static readonly string[] Rules = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "docs", "behaviour.md")).Select(line => Rule().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    [Fact]
    public void A_number_names_one_rule()
    {
        Assert.True(Rules.Length > 200, "The rules were not found.");
        Assert.Empty(Rules.GroupBy(rule => rule, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void The_number_on_a_test_names_a_rule()
    {
        var named = typeof(RuleTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributes<TraitAttribute>()).Where(trait => trait.Name == "Rule").Select(trait => trait.Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(named.Count > 100, "The tests' numbers were not found.");
        Assert.Empty(named.Except(Rules, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^[*-] \**([A-Z]\d+)\b")]
    private static partial Regex Rule();
}
