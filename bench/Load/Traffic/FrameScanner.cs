using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Svgx.Bench.Load.Traffic;

/// <summary>
/// Finds the run's operations in a message. Searches for the ids instead of parsing all of it: a generator that spends its core on JSON measures itself.
/// </summary>
internal sealed class FrameScanner(string prefix)
{
    private readonly byte[] _id = Encoding.ASCII.GetBytes($"\"operation_id\":\"{prefix}");

    /// <summary>The message's <c>type</c>; the server writes it first.</summary>
    public static string TypeOf(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("{\"type\":\"operations\""u8))
            return "operations";
        if (message.StartsWith("{\"type\":\"ack\""u8))
            return "ack";
        var json = new Utf8JsonReader(message);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            json.Read();
            if (isType)
                return json.GetString() ?? "";
            json.Skip();
        }
        return "";
    }

    /// <summary>Reads the number of the next operation of this run, and goes on behind it.</summary>
    public bool TryNext(ref ReadOnlySpan<byte> message, out int operation)
    {
        operation = 0;
        var at = message.IndexOf(_id);
        if (at < 0)
            return false;
        message = message[(at + _id.Length)..];
        return Utf8Parser.TryParse(message, out operation, out _);
    }

    /// <summary>The last revision that the message carries; 0 where it carries none.</summary>
    public static long LastRevision(ReadOnlySpan<byte> message)
    {
        var at = message.LastIndexOf("\"revision\":"u8);
        return at >= 0 && Utf8Parser.TryParse(message[(at + "\"revision\":"u8.Length)..], out long revision, out _) ? revision : 0;
    }
}
