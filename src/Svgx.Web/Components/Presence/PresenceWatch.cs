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
    private bool _disposed;
    private (Guid, string) _watched;

    [Inject]
    private CollaborationEngine Engine { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>The document.</summary>
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <summary>The branch. Default <c>main</c>.</summary>
    [Parameter]
    public string Branch { get; set; } = CollaborationEngine.MainBranch;

    /// <summary>Whoever looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>Who is here as it was last read: oneself, then the people at it, the tools, those away and those whose connection was lost, each by name, so that nobody jumps about.</summary>
    protected IReadOnlyList<PresenceEntry> People { get; private set; } = [];

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _timer = Time.CreateTimer(_ => Refresh(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Engine.PresenceChanged += OnPresenceChanged;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_watched == (DocumentId, Branch))
            return;
        _watched = (DocumentId, Branch);
        Read();
        await OnPeopleReadAsync();
    }

    /// <summary>After <see cref="People"/> was read, before it is shown.</summary>
    protected virtual Task OnPeopleReadAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Engine.PresenceChanged -= OnPresenceChanged;
        _timer?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void OnPresenceChanged(Guid documentId)
    {
        if (documentId == DocumentId && Interlocked.Exchange(ref _waiting, 1) == 0)
            _timer?.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    private void Refresh() => _ = InvokeAsync(async () =>
    {
        Volatile.Write(ref _waiting, 0);
        Read();
        await OnPeopleReadAsync();
        if (!_disposed)
            StateHasChanged();
    });

    private void Read() => People =
    [
        .. Engine.GetPresence(DocumentId, Branch)
            .OrderBy(person => person.UserId == UserId ? 0 : person.Status switch { PresenceStatus.Away => 3, PresenceStatus.Offline => 4, _ => person.IsTool ? 2 : 1 })
            .ThenBy(person => person.Username, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(person => person.UserId, StringComparer.Ordinal),
    ];
}
