using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Svgx.Collaboration.Client;

/// <summary>Hands every event to every reader. A reader that falls behind loses the oldest and is told how many. Thread-safe.</summary>
internal sealed class EventReaders(int maxWaiting)
{
    private readonly Lock _lock = new();
    private readonly List<EventReader> _readers = [];
    private bool _completed;

    public void Publish(ClientEvent news)
    {
        lock (_lock)
        {
            foreach (var reader in _readers)
                reader.Events.Writer.TryWrite(news);
        }
    }

    /// <summary>Ends all readers once they have read what waits.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (var reader in _readers)
                reader.Events.Writer.TryComplete();
        }
    }

    /// <summary>A reader from now on: what is published before its first step is not lost.</summary>
    public IAsyncEnumerable<ClientEvent> Open(CancellationToken cancellationToken)
    {
        var reader = new EventReader(maxWaiting);
        lock (_lock)
        {
            _readers.Add(reader);
            if (_completed)
                reader.Events.Writer.TryComplete();
        }
        return ReadAsync(reader, cancellationToken);
    }

    private async IAsyncEnumerable<ClientEvent> ReadAsync(EventReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var news in reader.Events.Reader.ReadAllAsync(cancellationToken))
            {
                if (reader.TakeMissed() is > 0 and var missed)
                    yield return new ClientEvent.EventsMissed(missed);
                yield return news;
            }
        }
        finally
        {
            lock (_lock)
                _readers.Remove(reader);
        }
    }

    private sealed class EventReader
    {
        private long _missed;

        public EventReader(int maxWaiting) => Events = Channel.CreateBounded<ClientEvent>(
            new BoundedChannelOptions(maxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _missed));

        public Channel<ClientEvent> Events { get; }

        public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);
    }
}
