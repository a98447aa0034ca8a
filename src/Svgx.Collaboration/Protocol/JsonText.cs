using System.Text.Json;
using System.Text.Unicode;

namespace Svgx.Collaboration.Protocol;

/// <summary>
/// Whether every string in a JSON text can be read. JSON's grammar lets half a surrogate pair through (<c>"\ud800"</c>), and the parser bytes that are no UTF-8; both throw only when somebody reads the string, which may be deep in a session.
/// </summary>
internal static class JsonText
{
    /// <summary>For a text that has been parsed already.</summary>
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
}
