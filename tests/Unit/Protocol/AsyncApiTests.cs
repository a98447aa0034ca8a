using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>asyncapi.json, docs/protocol.md and the code say the same.</summary>
public sealed partial class AsyncApiTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));
    private static readonly string Prose = File.ReadAllText(Path.Combine(Root, "docs", "protocol.md"));

    [Fact, Trait("Rule", "P20")]
    public void The_document_is_a_sound_AsyncAPI_document()
    {
        var rules = JsonSchema.FromText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "asyncapi", "asyncapi-3.0.0.schema.json")));
        var result = rules.Evaluate(WireSchemas.Document, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, string.Join('\n', result.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}"))));
        foreach (var reference in References(WireSchemas.Document))
            Assert.True(Resolve(reference) is not null, $"{reference} leads nowhere.");
        foreach (var (key, _) in WireSchemas.Messages)
        {
            Assert.True(WireSchemas.Document["channels"]!["document"]!["messages"]![key] is not null, $"channels.document.messages lacks {key}.");
            Assert.True(WireSchemas.Document["operations"]!.AsObject().Any(operation => operation.Value!["messages"]!.ToJsonString().Contains($"/{key}\"", StringComparison.Ordinal)), $"No operation of asyncapi.json has {key}.");
        }
    }

    [Theory, Trait("Rule", "P20")]
    [InlineData("client")]
    [InlineData("server")]
    public void Every_message_type_is_in_the_code_the_document_and_the_prose(string side)
    {
        var code = side == "client" ? ProtocolReader.Types : ServerMessages.Types;
        var where = side == "client" ? "ProtocolReader.Types" : "ServerMessages.Types";
        Same(code, where, WireSchemas.Types(side), $"src/Svgx.Collaboration/Protocol/asyncapi.json (as {side}_TYPE)");
        var section = Prose[Prose.IndexOf(side == "client" ? "## From client to server" : "## From server to client", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];
        var headings = Heading().Matches(section).SelectMany(line => Name().Matches(line.Value.Split(" (")[0]));
        var tables = TypeTable().Matches(section).SelectMany(table => table.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..].SelectMany(row => Name().Matches(row.Split('|')[1])));
        Same(code, where, headings.Concat(tables).Select(name => name.Groups["name"].Value), $"\"From {side} ...\" in docs/protocol.md (a heading, or a row of a table of `type`s)");
    }

    [Fact, Trait("Rule", "P20")]
    public void Every_error_code_is_in_the_code_the_document_and_the_prose()
    {
        string[] documented = [.. WireSchemas.Document["components"]!["schemas"]!["error_code"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>())];
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "src", "Svgx.Collaboration"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();
        var constants = new[] { typeof(ErrorCode), typeof(RefusalCode) }.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (string)field.GetValue(null)!);
        var refusals = sources.SelectMany(source => RefusalInSource().Matches(source)).Select(match => match.Groups["code"].Value);
        Assert.All(constants.Concat(refusals).Distinct(), code => Assert.True(documented.Contains(code), $"The code answers \"{code}\": add it to error_code in src/Svgx.Collaboration/Protocol/asyncapi.json, and to the table in docs/protocol.md."));
        Assert.All(documented, code => Assert.True(sources.Any(source => source.Contains($"\"{code}\"", StringComparison.Ordinal)), $"Nothing answers \"{code}\" any more: take it out of asyncapi.json and docs/protocol.md."));
        var section = Prose[Prose.IndexOf("### `error`", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n#", 3, StringComparison.Ordinal)];
        var table = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => Name().Matches(line.Split('|')[1])).Select(name => name.Groups["name"].Value);
        Same(documented, "error_code in src/Svgx.Collaboration/Protocol/asyncapi.json", table, "the table under \"error\" in docs/protocol.md");
    }

    [Fact, Trait("Rule", "P20")]
    public void Every_feature_is_in_the_prose()
    {
        var section = Prose[Prose.IndexOf("## Features", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];
        Assert.All(ProtocolReader.Features, feature => Assert.Contains($"`{feature}`", section, StringComparison.Ordinal));
    }

    [Fact, Trait("Rule", "P21")]
    public void Every_example_is_as_its_schema_says()
    {
        foreach (var (key, message) in WireSchemas.Messages)
        {
            var examples = message!["examples"]?.AsArray() ?? [];
            Assert.True(examples.Count > 0, $"{key} in asyncapi.json has no example.");
            foreach (var example in examples)
            {
                Assert.True(WireSchemas.Faults(key, Element(example!["payload"]!)) is "", $"The example \"{example["name"]}\" of {key}: {WireSchemas.Faults(key, Element(example["payload"]!))}");
                Assert.Equal(key[7..], example["payload"]!["type"]!.GetValue<string>());
            }
        }
    }

    [Fact, Trait("Rule", "P21")]
    public void The_server_reads_every_example_of_a_clients_message()
    {
        foreach (var (key, example) in ClientExamples())
            Assert.True(Reads(example, out var reason), $"{key} {example.ToJsonString()}: {reason}");
    }

    [Fact, Trait("Rule", "P21")]
    public void What_breaks_a_schema_is_refused_by_the_server_too()
    {
        var variants = 0;
        foreach (var (key, example) in ClientExamples())
        {
            foreach (var (broken, how) in Broken(WireSchemas.Messages[key]!["payload"]!.AsObject(), example))
            {
                variants++;
                Assert.True(WireSchemas.Faults(key, Element(broken)).Length > 0, $"{key}: the schema takes {how}.");
                Assert.False(Reads(broken, out _), $"{key}: the server takes {how}, which its schema does not.");
            }
        }
        Assert.True(variants > 300, $"{variants} variants");
    }

    [Fact, Trait("Rule", "P20")]
    public async Task The_protocols_own_port_offers_the_document()
    {
        await using var host = await ProtocolHost.StartAsync();
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{host.Port}") };
        using var answer = await http.GetAsync("/asyncapi.json");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(AsyncApiDocument.Utf8.ToArray(), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, (await http.PostAsync("/asyncapi.json", null)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/other")).StatusCode);
    }

    private static IEnumerable<(string Key, JsonObject Example)> ClientExamples() =>
        from message in WireSchemas.Messages
        where message.Key.StartsWith("client_", StringComparison.Ordinal)
        from example in message.Value!["examples"]!.AsArray()
        select (message.Key, example!["payload"]!.AsObject());

    /// <summary>Variants of a message with one fault each: a required field missing, a value of another type, a text that is too long.</summary>
    private static IEnumerable<(JsonObject Broken, string How)> Broken(JsonObject schema, JsonObject example)
    {
        foreach (var required in schema["required"]!.AsArray().Select(name => name!.GetValue<string>()))
        {
            var broken = example.DeepClone().AsObject();
            broken.Remove(required);
            yield return (broken, $"no \"{required}\"");
        }
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            if (name == "sent_at")
                continue; // of any other type it is passed over: a ping is never refused for it
            var definition = property!["$ref"] is { } reference ? Resolve(reference.GetValue<string>())!.AsObject() : property.AsObject();
            foreach (JsonNode wrong in new JsonNode[] { new JsonArray(1), JsonValue.Create(1.5), JsonValue.Create("no such thing \u0001"), new JsonObject { ["no"] = 1 }, JsonValue.Create(true) })
            {
                var broken = example.DeepClone().AsObject();
                broken[name] = wrong.DeepClone();
                if (!Fits(definition, wrong) && name != "operation_type")
                    yield return (broken, $"\"{name}\": {wrong.ToJsonString()}");
            }
            if (definition["maxLength"] is { } longest)
            {
                var broken = example.DeepClone().AsObject();
                broken[name] = new string('x', longest.GetValue<int>() + 1);
                yield return (broken, $"\"{name}\" of {longest} + 1 characters");
            }
        }
    }

    private static bool Fits(JsonObject definition, JsonNode value) =>
        JsonSchema.FromText(new JsonObject { ["$defs"] = WireSchemas.Document["components"]!["schemas"]!.DeepClone(), ["allOf"] = new JsonArray(definition.DeepClone()) }
            .ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal)).Evaluate(value).IsValid;

    private static bool Reads(JsonObject message, out string reason)
    {
        var read = ProtocolReader.TryRead(Encoding.UTF8.GetBytes(message.ToJsonString()), out _, out var fault);
        reason = read ? "" : fault.Reason;
        return read;
    }

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject value => value.SelectMany(property => property.Key == "$ref" ? [property.Value!.GetValue<string>()] : References(property.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Resolve(string reference) => reference.Split('/')[1..].Aggregate((JsonNode?)WireSchemas.Document, (node, step) => node?[step]);

    private static void Same(IEnumerable<string> one, string whereOne, IEnumerable<string> other, string whereOther)
    {
        string[] ones = [.. one.Distinct().Order(StringComparer.Ordinal)], others = [.. other.Distinct().Order(StringComparer.Ordinal)];
        var faults = ones.Except(others).Select(name => $"\"{name}\" is in {whereOne} and not in {whereOther}: add it there.")
            .Concat(others.Except(ones).Select(name => $"\"{name}\" is in {whereOther} and not in {whereOne}."));
        Assert.True(ones.SequenceEqual(others), string.Join('\n', faults));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("^### .*$", RegexOptions.Multiline, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `type` \|.*\n(\|.*\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeTable();

    [GeneratedRegex("`(?<name>[a-z_]+)`", RegexOptions.None, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("""(?:RefusalException|DocumentChangeException|Refused(?: \w+\([^)]*\) => new)?)\("(?<code>[a-z_]+)"[,)]""", RegexOptions.None, 1000)]
    private static partial Regex RefusalInSource();
}
