using Microsoft.Playwright;

namespace Svgx.Tests.E2E.Running;

/// <summary>Stands between a page and the server's socket and keeps what the server says for as long as a test wants.</summary>
public sealed class HeldAnswers
{
    private readonly Lock _lock = new();
    private readonly Queue<Action> _waiting = new();
    private bool _held;

    private HeldAnswers()
    {
    }

    /// <summary>For the sockets that the page opens from here on.</summary>
    public static async Task<HeldAnswers> InstallAsync(IPage page)
    {
        var answers = new HeldAnswers();
        await page.RouteWebSocketAsync("**/ws", socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame => server.Send(frame.Text!));
            server.OnMessage(frame => answers.Pass(() => socket.Send(frame.Text!)));
        });
        return answers;
    }

    public void Hold()
    {
        lock (_lock)
            _held = true;
    }

    public void Release()
    {
        lock (_lock)
        {
            _held = false;
            while (_waiting.TryDequeue(out var send))
                send();
        }
    }

    private void Pass(Action send)
    {
        lock (_lock)
        {
            if (_held)
                _waiting.Enqueue(send);
            else
                send();
        }
    }
}
