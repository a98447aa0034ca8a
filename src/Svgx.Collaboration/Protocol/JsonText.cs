using System.Text.Json;
using System.Text.Unicode;

namespace Svgx.Collaboration.Protocol;

/// <summary>What the parser does not say of a JSON text.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether every string in a text that was parsed already can be read. JSON's grammar lets half a surrogate pair through (<c>"\ud800"</c>), and the parser bytes that are no UTF-8; both throw only when somebody reads
    /// the string, which may be deep in a session.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="maxDepth">Levels it may have.</param>
    public static bool IsReadable(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json))
            return false;
        if (json.IndexOf("\\u"u8) < 0)
            return true; // nearly always: only escapes can write half a pair
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The first key that stands twice in one object, and the byte at which it stands the second time; <see langword="null"/> where none does, or the text cannot be read so far.</summary>
    /// <param name="json">The text.</param>
    /// <param name="maxDepth">Levels it may have.</param>
    public static (string Key, int At)? FindDoubled(ReadOnlySpan<byte> json, int maxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        var open = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        open.Push(new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        open.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString()! is var key && !open.Peek().Add(key):
                        return (key, (int)reader.TokenStartIndex);
                    default:
                        break;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Wrong in another way before that.
        }
        return null;
    }
}
