using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Svgx.Tests.Unit.Protocol;

public class CompressionTests
{
    private static readonly string Repetitive = string.Concat(Enumerable.Repeat("A lamp over the door, ", 400));

    [Theory, Trait("Rule", "P17")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_agreed_to_unless_the_settings_say_otherwise(bool on)
    {
        await using var host = await ProtocolHost.StartAsync(options => options.Compression = on);
        using var line = await Line.ConnectAsync(host);
        Assert.Equal(on, line.IsCompressed);
        await line.JoinAsync("document");
        Assert.Equal("document", (await line.NextAsync("document")).Message.GetProperty("type").GetString());
    }

    [Fact, Trait("Rule", "P17")]
    public async Task A_drawing_and_its_comments_come_compressed_and_operations_as_they_are()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ben = await host.JoinAsync("ben");
        await ben.SendAsync(new { type = "operation", operation_type = "create", element_id = "note", data = new { type = "text", text = Repetitive } });
        await ben.NextAsync("operations");
        await ben.SendAsync(new { type = "comment_create", comment_id = "c1", anchor = new { x = 1, y = 1 }, text = Repetitive[..4_000] });
        await ben.NextAsync("comment_update");

        using var line = await Line.ConnectAsync(host);
        await line.JoinAsync("document");
        var document = await line.NextAsync("document");
        Assert.True(document.IsCompressed);
        Assert.InRange(document.Bytes, 1, Repetitive.Length / 4);
        await line.SendAsync(new { type = "comment_list" });
        Assert.True((await line.NextAsync("comments")).IsCompressed);
        await ben.SendAsync(new { type = "operation", operation_type = "create", element_id = "other", data = new { type = "text", text = Repetitive } });
        Assert.False((await line.NextAsync("operations")).IsCompressed);
    }

    [Fact, Trait("Rule", "P17")]
    public async Task A_compressed_message_counts_by_its_own_length()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxMessageBytes = 64 << 10);
        using var line = await Line.ConnectAsync(host);
        await line.JoinAsync();
        await line.SendAsync(new { type = "ping", padding = new string('a', 60 << 10) });
        await line.NextAsync("pong");
        await line.SendAsync(new { type = "ping", padding = new string('a', 16 << 20) }); // a few kilobytes on the wire
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await line.ClosedAsync());
    }

    /// <summary>A client that offers compression, and looks at the frames that come over the wire.</summary>
    private sealed class Line : IDisposable
    {
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
        private readonly ClientWebSocket _socket = new();
        private readonly ProtocolHost _host;
        private FrameStream? _stream;
        private int _read;

        private Line(ProtocolHost host) => _host = host;

        public bool IsCompressed => _socket.HttpResponseHeaders!.TryGetValue("Sec-WebSocket-Extensions", out var extensions) && extensions.Any(extension => extension.Contains("permessage-deflate", StringComparison.Ordinal));

        public static async Task<Line> ConnectAsync(ProtocolHost host)
        {
            var line = new Line(host);
            line._socket.Options.CollectHttpResponseDetails = true;
            line._socket.Options.DangerousDeflateOptions = new();
            using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = line.OpenAsync });
            await line._socket.ConnectAsync(new($"ws://127.0.0.1:{host.Port}/"), invoker, line._patience.Token);
            return line;
        }

        public async Task JoinAsync(params string[] features)
        {
            await SendAsync(new { type = "join", user_id = "ann", username = "ann", session_id = "ann-1", token = _host.Token(), features });
            await NextAsync("current_state");
        }

        public Task SendAsync(object message) => _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, _patience.Token);

        /// <summary>The next message of a type, and the frame that brought it.</summary>
        public async Task<(JsonElement Message, bool IsCompressed, long Bytes)> NextAsync(string type)
        {
            while (true)
            {
                var message = JsonElement.Parse(await ReadAsync() ?? throw new InvalidOperationException($"Closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}"));
                var (isCompressed, bytes) = _stream!.Frames[_read++];
                if (message.GetProperty("type").GetString() == type)
                    return (message, isCompressed, bytes);
            }
        }

        public async Task<WebSocketCloseStatus?> ClosedAsync()
        {
            while (await ReadAsync() is not null)
            {
            }
            return _socket.CloseStatus;
        }

        public void Dispose()
        {
            _socket.Dispose();
            _patience.Dispose();
        }

        private async Task<byte[]?> ReadAsync()
        {
            using var message = new MemoryStream();
            var buffer = new byte[16 << 10];
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _patience.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    return null;
                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                    return message.ToArray();
            }
        }

        private async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return _stream = new(new NetworkStream(socket, ownsSocket: true));
        }
    }

    /// <summary>Notes the text frames that are read (RFC 6455, 5.2): each is a message, since the server makes no fragments.</summary>
    private sealed class FrameStream(Stream inner) : Stream
    {
        private const int Text = 1;

        private readonly List<byte> _header = [];
        private long _left;
        private int _lineEnds; // of the handshake's empty line

        public List<(bool IsCompressed, long Bytes)> Frames { get; } = [];

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            foreach (var value in buffer[..count].ToArray())
                Note(value);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        private void Note(byte value)
        {
            if (_lineEnds < 4)
            {
                _lineEnds = value == "\r\n\r\n"[_lineEnds] ? _lineEnds + 1 : value == '\r' ? 1 : 0;
                return;
            }
            if (_left > 0)
            {
                _left--;
                return;
            }
            _header.Add(value);
            var more = _header.Count < 2 ? 2 : _header[1] switch { 126 => 2, 127 => 8, _ => 0 };
            if (_header.Count < 2 + more)
                return;
            _left = more == 0 ? _header[1] : _header.Skip(2).Aggregate(0L, (length, part) => (length << 8) | part);
            if ((_header[0] & 0x0F) == Text)
                Frames.Add(((_header[0] & 0x40) != 0, _left));
            _header.Clear();
        }
    }
}
