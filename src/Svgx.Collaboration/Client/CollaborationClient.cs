using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Client;

/// <summary>
/// Takes part in a document over the protocol and keeps a live copy of its drawing: what is confirmed, with the client's own unconfirmed operations on top. When the connection is lost it
/// comes back by itself, catches up from its last revision, and sends what was not acknowledged again with the same ids, so that each operation is applied once.
/// <para>Thread-safe: everything may be called from any thread. The drawing is reached through <see cref="Read{T}"/>, which keeps it still meanwhile. Events come in order to each reader of
/// <see cref="ReadEventsAsync"/>.</para>
/// </summary>
public sealed partial class CollaborationClient : IAsyncDisposable
{
    private static readonly string[] NeededFeatures = ["ack", "document", "changes", "preview"];
    private static readonly string[] WantedFeatures = ["comments", "conflicts", "presence_changes"];

    private readonly CollaborationClientOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stop;
    private readonly TaskCompletionSource _firstJoin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventReaders _events;
    private readonly Task _running;

    // What follows is guarded by this lock. Nothing is awaited and nobody else's code is run under it, but for the readers of the drawing.
    private readonly Lock _lock = new();
    private readonly Replica _replica = new();
    private readonly Outbox _outbox = new();
    private readonly Dictionary<string, Preview> _previews = new(StringComparer.Ordinal);
    private int _unanswered;
    private long _unansweredBytes;
    private ImmutableArray<PresenceEntry> _presence = [];
    private ClientStatus _status = ClientStatus.Connecting;
    private ClientSession? _session;
    private DocumentRole _role;
    private JoinRefusal? _refusal;

    private CollaborationClient(CollaborationClientOptions options)
    {
        _stop = _stopping.Token;
        _options = options;
        _branch = options.Branch;
        _logger = options.Logger;
        _events = new(options.MaxWaitingEvents);
        _running = Task.Run(RunAsync);
    }

    /// <summary>
    /// Joins a document; completes when the client is live and has the drawing. While the server cannot be reached it keeps trying, as long as the token allows.
    /// </summary>
    /// <param name="options">Where, as whom, and bounds.</param>
    /// <param name="cancellationToken">Ends the attempt, not the client that comes of it.</param>
    /// <exception cref="JoinRefusedException">The server does not let the client in.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async Task<CollaborationClient> ConnectAsync(CollaborationClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = new CollaborationClient(options);
        try
        {
            await client._firstJoin.Task.WaitAsync(cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the client stands to the server.</summary>
    public ClientStatus Status
    {
        get
        {
            lock (_lock)
                return _status;
        }
    }

    /// <summary>Why the server does not let the client in, once <see cref="Status"/> is <see cref="ClientStatus.Refused"/>.</summary>
    public JoinRefusal? Refusal
    {
        get
        {
            lock (_lock)
                return _refusal;
        }
    }

    /// <summary>What the server said at the last join; <see cref="ClientSession.Branch"/> is the branch that the client is in.</summary>
    public ClientSession Session
    {
        get
        {
            lock (_lock)
                return _session ?? throw new InvalidOperationException("The client has not joined.");
        }
    }

    /// <summary>What the client may do in the document now.</summary>
    public DocumentRole Role
    {
        get
        {
            lock (_lock)
                return _role;
        }
    }

    /// <summary>The last confirmed revision in the drawing.</summary>
    public long Revision
    {
        get
        {
            lock (_lock)
                return _replica.Revision;
        }
    }

    /// <summary>Own operations that the server has not answered for yet. 0 means that all is durable.</summary>
    public int PendingCount
    {
        get
        {
            lock (_lock)
                return _unanswered;
        }
    }

    /// <summary>Everybody who is in the document, as last told; kept while offline.</summary>
    public IReadOnlyList<PresenceEntry> Presence
    {
        get
        {
            lock (_lock)
                return _presence;
        }
    }

    /// <summary>Other people's gestures under way.</summary>
    public IReadOnlyList<Preview> Previews
    {
        get
        {
            lock (_lock)
                return [.. _previews.Values];
        }
    }

    /// <summary>Looks at the drawing as it is shown, own unconfirmed operations included. It stays as it is meanwhile, and messages wait: return soon, and take copies out, not elements.</summary>
    public T Read<T>(Func<Document, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        lock (_lock)
            return read(_replica.Document);
    }

    /// <summary>The drawing as SVG, own unconfirmed operations included.</summary>
    public string ToSvg() => Read(SvgWriter.ToText);

    /// <summary>
    /// Everything that happens from this call on, in order, until the client is disposed or the token is cancelled. Each call makes a reader of its own, which must be enumerated; one that is
    /// too slow loses the oldest events and is told by <see cref="ClientEvent.EventsMissed"/>.
    /// </summary>
    public IAsyncEnumerable<ClientEvent> ReadEventsAsync(CancellationToken cancellationToken = default) => _events.Open(cancellationToken);

    /// <summary>Says what the user is doing. Not sent while offline; a newer report replaces one that still waits.</summary>
    public void Report(ActivityReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        // Here null says something: the field is cleared.
        var fields = new List<KeyValuePair<string, object?>>();
        if (report.CurrentElement.IsPresent)
            fields.Add(new("current_element", (object?)report.CurrentElement.Value ?? JsonNull));
        if (report.Cursor.IsPresent)
            fields.Add(new("cursor_position", report.Cursor.Value is { } at ? new { x = at.X, y = at.Y } : JsonNull));
        if (report.Status is { } status)
            fields.Add(new("status", status == PresenceStatus.Offline ? throw new ArgumentException("Who reports is not offline.", nameof(report)) : WireName(status)));
        if (report.Viewport.IsPresent)
            fields.Add(new("viewport", report.Viewport.Value is { } area ? new { x = area.X, y = area.Y, width = area.Width, height = area.Height } : JsonNull));
        if (report.Following.IsPresent)
            fields.Add(new("following", (object?)report.Following.Value ?? JsonNull));
        if (report.RoundTripMs is { } roundTrip)
            fields.Add(new("rtt_ms", roundTrip));
        Post(() => _outbox.Report(ClientMessages.Write("activity", fields)));
    }

    /// <summary>
    /// Shows the others a gesture under way: the newest per gesture goes out, nothing is stored. It ends with the operation whose <see cref="OperationRequest.GestureId"/> is the same, or
    /// with a preview of no elements. Not sent while offline.
    /// </summary>
    /// <param name="gestureId">The gesture, 1 to 128 characters.</param>
    /// <param name="elementIds">The elements it is about.</param>
    /// <param name="data">One of <c>{dx, dy}</c>, <c>{matrix}</c>, attributes by name, <c>{create}</c>; see docs/protocol.md.</param>
    public void ShowPreview(string gestureId, IReadOnlyList<string> elementIds, object? data = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(gestureId);
        var json = ClientMessages.Data(data);
        object? given = json.ValueKind == JsonValueKind.Undefined ? null : json;
        var message = ClientMessages.Write("preview", [new("gesture_id", gestureId), new("element_ids", elementIds), new("data", given)]);
        Post(() => _outbox.Preview(gestureId, message));
    }

    /// <summary>Leaves, and ends all that waits: operations without an answer are refused with <c>client_closed</c>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await _stopping.CancelAsync();
        await _running;
    }

    private static readonly object JsonNull = JsonElement.Parse("null");

    private void Post(Action add)
    {
        lock (_lock)
        {
            if (_status != ClientStatus.Live)
                return;
            add();
        }
        Wake();
    }

    /// <summary>Called under the lock, so that events come in the order of what they tell.</summary>
    private void SetStatus(ClientStatus status)
    {
        if (_status == status)
            return;
        _status = status;
        _events.Publish(new ClientEvent.StatusChanged(status));
    }

    private static string WireName(PresenceStatus status) => status switch
    {
        PresenceStatus.Editing => "editing",
        PresenceStatus.Viewing => "viewing",
        PresenceStatus.Away => "away",
        _ => "online",
    };
}
