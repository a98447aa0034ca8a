using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>The schemas of asyncapi.json. Every message that a test's client gets from a server is held against them.</summary>
internal static class WireSchemas
{
    private static readonly Dictionary<string, JsonSchema> Schemas = [];

    static WireSchemas()
    {
        Document = JsonNode.Parse(AsyncApiDocument.Utf8.Span)!.AsObject();
        foreach (var (key, message) in Messages)
            Schemas.Add(key, Schema(message!["payload"]!.AsObject(), strict: key.StartsWith("server_", StringComparison.Ordinal)));
    }

    public static JsonObject Document { get; }

    /// <summary>By <c>client_TYPE</c> and <c>server_TYPE</c>.</summary>
    public static JsonObject Messages => Document["components"]!["messages"]!.AsObject();

    public static IEnumerable<string> Types(string side) =>
        Messages.Select(message => message.Key).Where(key => key.StartsWith(side + "_", StringComparison.Ordinal)).Select(key => key[(side.Length + 1)..]);

    [ModuleInitializer]
    internal static void WatchTheWire() => ProtocolClient.Inspect = message => RequireServerMessage(message);

    /// <summary>A message of the server has the fields that the document has, of the types that it says, and no others.</summary>
    public static void RequireServerMessage(JsonElement message)
    {
        var type = message.GetProperty("type").GetString();
        Assert.True(Schemas.ContainsKey($"server_{type}"), $"The server sent a \"{type}\", which src/Svgx.Collaboration/Protocol/asyncapi.json does not have. Add a message server_{type} there: payload, an example, and its place in channels and operations.");
        var faults = Faults($"server_{type}", message);
        Assert.True(faults.Length == 0, $"A message of the server is not as src/Svgx.Collaboration/Protocol/asyncapi.json has it. Put into server_{type} there what is new, or send what it says.\n{faults}\n{Short(message)}");
    }

    /// <summary>What is wrong with a message; empty where nothing is.</summary>
    public static string Faults(string key, JsonElement message)
    {
        var result = Schemas[key].Evaluate(JsonNode.Parse(message.GetRawText()), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid ? "" : string.Join('\n', result.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}"))) is { Length: > 0 } faults ? faults : "not valid";
    }

    /// <summary>A schema with what it refers to; strict: a field that it does not have is a fault.</summary>
    private static JsonSchema Schema(JsonObject payload, bool strict)
    {
        var whole = payload.DeepClone().AsObject();
        whole["$defs"] = Document["components"]!["schemas"]!.DeepClone();
        if (strict)
            Close(whole);
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Close(item);
        }
        if (node is not JsonObject schema)
            return;
        foreach (var (_, inner) in schema.ToArray())
            Close(inner);
        if (schema["properties"] is JsonObject && schema["type"] is JsonValue && !schema.ContainsKey("additionalProperties"))
            schema["additionalProperties"] = false;
    }

    private static string Short(JsonElement message) => message.GetRawText() is { Length: > 2_000 } text ? text[..2_000] + "…" : message.GetRawText();
}
