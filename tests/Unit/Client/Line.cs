using System.Net;
using System.Net.Sockets;

namespace Svgx.Tests.Unit.Client;

/// <summary>A line to a port of this machine that can be cut in the middle of anything: what is under way is lost, in both directions.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly int _port;
    private readonly Task _accepting;
    private bool _down;

    public Line(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Server => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Connections that came so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Cuts what is open. New connections are let through unless <see cref="Down"/> was asked for.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _open)
                socket.Close(0);
            _open.Clear();
        }
    }

    public void Down()
    {
        _down = true;
        Cut();
    }

    public void Up() => _down = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                if (_down)
                {
                    client.Close(0);
                    continue;
                }
                Connections++;
                _ = ConnectAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
            _open.AddRange([client, server]);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
            await Task.WhenAll(RelayAsync(client, server), RelayAsync(server, client));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            client.Close(0);
            server.Close(0);
        }
    }

    private static async Task RelayAsync(Socket from, Socket to)
    {
        var buffer = new byte[4_096];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
            await to.SendAsync(buffer.AsMemory(0, count));
        to.Shutdown(SocketShutdown.Send);
    }
}
