using System.Text;
using Microsoft.Playwright;

namespace Svgx.Tests.E2E.Running;

/// <summary>Stands between a page and the server's socket and keeps what the server says for as long as a test wants.</summary>
public sealed class HeldAnswers
{
    private readonly Lock _lock = new();
    private readonly Queue<Action> _waiting = new();
    private readonly bool _isBinary;
    private byte[]? _last;
    private bool _held;

    /// <summary>The sockets of the page itself.</summary>
    public const string Circuit = "**/_blazor?*";

    private HeldAnswers(bool isBinary) => _isBinary = isBinary;

    /// <summary>For the sockets that the page opens from here on.</summary>
    /// <param name="page">The page.</param>
    /// <param name="url">Which sockets: those of the drawing, or the page's circuit, <see cref="Circuit"/>.</param>
    public static async Task<HeldAnswers> InstallAsync(IPage page, string url = "**/ws")
    {
        var answers = new HeldAnswers(url == Circuit);
        await page.RouteWebSocketAsync(url, socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame => answers.Send(frame, server));
            server.OnMessage(frame => answers.Pass(frame, socket));
        });
        return answers;
    }

    /// <summary>From the next answer on in which these words are: that one passes, what comes after it is held.</summary>
    public void HoldAfter(string words)
    {
        lock (_lock)
            _last = Encoding.UTF8.GetBytes(words);
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

    private void Pass(IWebSocketFrame frame, IWebSocketRoute page)
    {
        lock (_lock)
        {
            if (_held)
            {
                _waiting.Enqueue(() => Send(frame, page));
                return;
            }
            Send(frame, page);
            if (_last is null || (frame.Binary ?? Encoding.UTF8.GetBytes(frame.Text!)).AsSpan().IndexOf(_last) < 0)
                return;
            (_held, _last) = (true, null);
        }
    }

    // A frame does not tell which of the two it was: it has text and bytes. The circuit speaks in bytes, the drawing's protocol in text.
    private void Send(IWebSocketFrame frame, IWebSocketRoute to)
    {
        if (_isBinary)
            to.Send(frame.Binary!);
        else
            to.Send(frame.Text!);
    }
}
