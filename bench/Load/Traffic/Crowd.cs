using Svgx.Bench.Load.Server;

namespace Svgx.Bench.Load.Traffic;

/// <summary>The clients of a run.</summary>
internal sealed class Crowd(Flights flights, Target target, Guid[] documents) : IAsyncDisposable
{
    private const int JoinsAtOnce = 8;

    private readonly List<LoadClient> _clients = [];

    public IReadOnlyList<LoadClient> Clients => _clients;

    /// <summary>How many the server has closed.</summary>
    public int Gone => _clients.Count(client => client.Trouble is not null);

    /// <summary>Has further clients join, until there are so many.</summary>
    public async Task JoinAsync(int count, CancellationToken cancellationToken)
    {
        var from = _clients.Count;
        while (_clients.Count < count)
            _clients.Add(new(_clients.Count, flights));
        await Parallel.ForAsync(from, count, new ParallelOptions { MaxDegreeOfParallelism = JoinsAtOnce, CancellationToken = cancellationToken },
            async (i, token) => await _clients[i].JoinAsync(target.Socket, target.Tokens[i % target.Tokens.Count], documents[flights.Plan.DocumentOf(i)], token));
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_clients.Select(client => client.DisposeAsync().AsTask()));
}
