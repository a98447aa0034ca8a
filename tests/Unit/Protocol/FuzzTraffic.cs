using System.Net.WebSockets;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>Bad frames over real connections, new ones where a frame ends one.</summary>
internal static class FuzzTraffic
{
    /// <summary>A server whose limits let all of it through.</summary>
    public static Task<ProtocolHost> StartAsync() => ProtocolHost.StartAsync(options =>
        (options.MaxRefusals, options.MaxFailedJoins, options.MaxHints, options.MaxRequests, options.JoinsPerMinute, options.RefusedTokensPerMinute) = (1_000_000, 1_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000));

    public static async Task SendAsync(ProtocolHost host, int frames, DocumentRole? role, int seed)
    {
        var mutator = new FrameMutator(seed);
        for (var sent = 0; sent < frames;)
        {
            // A frame that closes (a leave, bytes that are no text, too many joins) costs a connection and nothing else.
            await using var client = role is { } joinsAs ? await host.JoinAsync("eve", joinsAs) : await host.ConnectAsync();
            using var pace = new SemaphoreSlim(0);
            var reading = DrainAsync(client, pace);
            try
            {
                for (; sent < frames && !reading.IsCompleted; sent++)
                {
                    await client.SendBytesAsync(mutator.NextText(), WebSocketMessageType.Text);
                    if (sent % 100 != 99)
                        continue;
                    // Not further ahead: what a closed connection still holds would never be read.
                    await client.SendAsync(new { type = "ping", request_id = "pace" });
                    await Task.WhenAny(pace.WaitAsync(), reading);
                }
                if (!reading.IsCompleted)
                    await client.FinishAsync();
            }
            catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Closed under the sender's hand.
            }
            Assert.NotEqual(1011, await reading); // nothing failed
        }
    }

    private static async Task<int> DrainAsync(ProtocolClient client, SemaphoreSlim pace)
    {
        try
        {
            while (await client.NextAsync() is { } message)
            {
                if (message.TryGetProperty("request_id", out var id) && id.GetString() == "pace")
                    pace.Release();
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // Cut in the middle of its own sending.
        }
        return client.CloseStatus is { } status ? (int)status : 0;
    }
}
