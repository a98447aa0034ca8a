using System.Threading.RateLimiting;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// Bounds how many whole drawings are read beside their sessions at once: each can take some hundred MB of memory and seconds of a processor for a while. What comes beyond waits in its order. Thread-safe.
/// </summary>
/// <param name="atOnce">So many go on beside each other.</param>
internal sealed class DrawingReads(int atOnce) : IDisposable
{
    /// <summary>So many wait; one more is refused.</summary>
    public const int MaxWaiting = 256;

    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = atOnce, QueueLimit = MaxWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>Refuses those that wait; those that read go on.</summary>
    public void Dispose() => _limiter.Dispose();

    /// <summary>Reads when it is its turn. To be asked once: what asks again within would wait for itself.</summary>
    /// <exception cref="VersionRefusedException">As many as may wait are waiting: <c>rate_limited</c>.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(1, cancellationToken);
        return lease.IsAcquired ? await read() : throw new VersionRefusedException(RefusalCode.RateLimited, "The server reads as many drawings as it can at once. Try again in a moment.");
    }
}
