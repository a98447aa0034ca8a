using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Svgx.Collaboration.Client;

/// <summary>A request without an answer yet. An answer in several messages is put together.</summary>
internal sealed class PendingRequest
{
    private readonly List<JsonElement> _messages = [];

    // Inline continuations would run the caller's code on the client's loop.
    public TaskCompletionSource<JsonElement> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Take(JsonElement message)
    {
        _messages.Add(message);
        if (WireJson.Flag(message, "more") || WireJson.Number(message, "part") < WireJson.Number(message, "parts") - 1)
            return;
        Answer.TrySetResult(_messages.Count == 1 ? message : Join());
    }

    /// <summary>Fields of the newest message that has them; lists, and the text of a content, one behind the other.</summary>
    private JsonElement Join()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var name in _messages.SelectMany(message => message.EnumerateObject().Select(field => field.Name)).Distinct(StringComparer.Ordinal))
            {
                var values = _messages.Where(message => message.TryGetProperty(name, out _)).Select(message => message.GetProperty(name)).ToList();
                json.WritePropertyName(name);
                if (values[0].ValueKind == JsonValueKind.Array)
                {
                    json.WriteStartArray();
                    foreach (var item in values.SelectMany(list => list.EnumerateArray()))
                        item.WriteTo(json);
                    json.WriteEndArray();
                }
                else if (name == "content")
                {
                    json.WriteStringValue(values.Aggregate(new StringBuilder(), (text, part) => text.Append(part.GetString())).ToString());
                }
                else
                {
                    values[^1].WriteTo(json);
                }
            }
            json.WriteEndObject();
        }
        return JsonDocument.Parse(buffer.WrittenMemory, new() { MaxDepth = 1_024 }).RootElement;
    }
}
