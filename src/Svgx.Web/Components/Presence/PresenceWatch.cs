using Microsoft.AspNetCore.Components;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Web.Components.Presence;

/// <summary>A component that shows who is in a document. Follows the engine in process, at most four times a second.</summary>
public abstract class PresenceWatch : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private ITimer? _timer;
    private int _waiting;

    [Inject]
    private CollaborationEngine Engine { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>The document.</summary>
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <summary>Who is here as it was last read.</summary>
    protected IReadOnlyList<PresenceEntry> People { get; private set; } = [];

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _timer = Time.CreateTimer(_ => Refresh(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Engine.PresenceChanged += OnPresenceChanged;
        People = Engine.GetPresence(DocumentId);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.PresenceChanged -= OnPresenceChanged;
        _timer?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void OnPresenceChanged(Guid documentId)
    {
        if (documentId == DocumentId && Interlocked.Exchange(ref _waiting, 1) == 0)
            _timer?.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    private void Refresh() => _ = InvokeAsync(() =>
    {
        Volatile.Write(ref _waiting, 0);
        People = Engine.GetPresence(DocumentId);
        StateHasChanged();
    });

    /// <summary>What somebody is doing, in words.</summary>
    protected static string Doing(PresenceEntry person)
    {
        if (person.Status == PresenceStatus.Away)
            return "away";
        if (person is { Status: PresenceStatus.Editing, CurrentElement: { } element })
            return $"editing {element}";
        return person.Selection.Length switch
        {
            0 => person.Status == PresenceStatus.Viewing ? "viewing" : "here",
            1 => $"has selected {person.Selection[0]}",
            var count => $"has selected {count} elements",
        };
    }

    /// <summary>Up to two letters for an avatar.</summary>
    protected static string Initials(string name) =>
        string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Select(word => char.ToUpperInvariant(word[0])));
}
