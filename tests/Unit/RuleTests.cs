using System.Runtime.CompilerServices;
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
    public void The_number_on_a_test_names_a_rule_and_each_rule_is_on_a_test()
    {
        // From the sources: the tests of the app and of the browsers are in assemblies of their own.
        var named = Directory.EnumerateFiles(Path.GetFullPath(Path.Combine(Folder(), "..")), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => Number().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(named.Except(Rules, StringComparer.Ordinal));
        Assert.Empty(Rules.Except(named, StringComparer.Ordinal));
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^[*-] \**([A-Z]\d+)\b")]
    private static partial Regex Rule();

    [GeneratedRegex("""Trait\("Rule", "([^"]*)"\)""")]
    private static partial Regex Number();
}
