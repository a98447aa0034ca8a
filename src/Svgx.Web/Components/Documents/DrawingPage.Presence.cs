namespace Svgx.Web.Components.Documents;

/// <content>People: where they are, and what they did.</content>
public sealed partial class DrawingPage
{
    private Task<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string> elementIds) =>
        _board?.NamesAsync(elementIds) ?? Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(StringComparer.Ordinal));

    private Task JumpToAsync(string userId) => _board?.RunAsync("jumpTo", userId) ?? Task.CompletedTask;

    private Task FollowAsync(string? userId) => _board?.RunAsync("follow", userId) ?? Task.CompletedTask;

    private Task RevealAllAsync(string[] elementIds) => _board?.RunAsync("reveal", elementIds) ?? Task.CompletedTask;
}
