using System.Net;
using System.Net.Sockets;

namespace Svgx.Tests.E2E.Running;

/// <summary>
/// A line of somebody's own to the server that can be cut. Playwright's offline mode refuses what a page asks for anew and leaves open sockets open, which no real network does:
/// <see cref="Person.OfflineAsync"/> does both.
/// </summary>
public sealed class NetworkLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly HashSet<TcpClient> _open = [];
    private readonly Lock _lock = new();
    private readonly int _port;
    private readonly Task _accepting;
    private bool _isCut;

    private NetworkLine(int port)
    {
        _port = port;
        _listener.Start();
        Url = $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>Where the app is on this line.</summary>
    public string Url { get; }

    public static NetworkLine To(AppProcess app) => new(app.WebPort);

    /// <summary>Ends every connection and lets no new one through.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            foreach (var client in _open)
                client.Close();
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_lock)
            _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        Cut();
        await _accepting;
        _listener.Stop(); // not before: whoever asks a stopped listener for the next one is told that by an error of its own
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
                passing.Add(PassAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            lock (_lock)
            {
                if (_isCut)
                    return;
                _open.Add(near);
                _open.Add(far);
            }
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _port, _ended.Token);
                await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near)); // either end closes both
            }
            catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                // Cut, or the server is not there: the browser sees a closed connection.
            }
            finally
            {
                lock (_lock)
                {
                    _open.Remove(near);
                    _open.Remove(far);
                }
            }
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed while copying.
        }
    }
}
