using System.Text.Json;

namespace Svgx.Collaboration.Protocol;

/// <summary>Reads typed fields of a message and names the one that is wrong.</summary>
internal readonly struct MessageFields(JsonElement message)
{
    /// <summary>A field is missing or mistyped.</summary>
    public sealed class FieldException(string reason) : Exception(reason);

    public string Required(string name, int maxLength = 256) => Text(name, maxLength) ?? throw new FieldException($"\"{name}\" is missing.");

    public string? Text(string name, int maxLength = 256)
    {
        if (!TryGet(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw new FieldException($"\"{name}\" must be a string.");
        var text = value.GetString()!;
        return text.Length <= maxLength ? text : throw new FieldException($"\"{name}\" must have at most {maxLength} characters.");
    }

    public long? Integer(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw new FieldException($"\"{name}\" must be a whole number.");
    }

    public double? Number(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw new FieldException($"\"{name}\" must be a number.");
    }

    public bool Flag(string name)
    {
        if (!TryGet(name, out var value))
            return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new FieldException($"\"{name}\" must be true or false.");
    }

    public JsonElement Object(string name)
    {
        if (!TryGet(name, out var value))
            return default;
        return value.ValueKind == JsonValueKind.Object ? value : throw new FieldException($"\"{name}\" must be an object.");
    }

    public JsonElement.ArrayEnumerator List(string name, int maxLength, bool required)
    {
        if (!TryGet(name, out var value))
            return required ? throw new FieldException($"\"{name}\" is missing.") : default;
        if (value.ValueKind != JsonValueKind.Array)
            throw new FieldException($"\"{name}\" must be a list.");
        return value.GetArrayLength() <= maxLength ? value.EnumerateArray() : throw new FieldException($"\"{name}\" must have at most {maxLength} entries.");
    }

    public List<string> Texts(string name, int maxLength, bool required, int maxTextLength = int.MaxValue)
    {
        var texts = new List<string>();
        foreach (var entry in List(name, maxLength, required))
        {
            var text = entry.ValueKind == JsonValueKind.String ? entry.GetString()! : throw new FieldException($"\"{name}\" must be a list of strings.");
            texts.Add(text.Length <= maxTextLength ? text : throw new FieldException($"Each of \"{name}\" must have at most {maxTextLength} characters."));
        }
        return texts;
    }

    /// <summary>Whether a field is there, be it <c>null</c>.</summary>
    public bool Has(string name) => message.TryGetProperty(name, out _);

    private bool TryGet(string name, out JsonElement value) => message.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
