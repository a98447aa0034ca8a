using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Svgx.Tests.Components.Api;

/// <summary>Holds what the tests' clients send to the API, and what they get, against <c>/openapi/v1.json</c>: parameters, bodies, statuses, types and every field. A request that is refused may be anything.</summary>
internal sealed class ApiContract(Func<Task<JsonObject>> read) : DelegatingHandler
{
    private static readonly ConcurrentDictionary<string, JsonSchema> Schemas = new();
    private JsonObject? _document;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.IsAbsoluteUri ? request.RequestUri.AbsolutePath : request.RequestUri.OriginalString.Split('?')[0];
        if (!path.StartsWith("/api/", StringComparison.Ordinal))
            return await base.SendAsync(request, cancellationToken);
        var sent = request.Content?.Headers.ContentType?.MediaType == "application/json" ? await request.Content.ReadAsStringAsync(cancellationToken) : null;
        var response = await base.SendAsync(request, cancellationToken);
        _document ??= await read();
        var faults = new List<string>();
        var status = (int)response.StatusCode;
        if (Find(path, request.Method) is var (operation, item) && operation is not null)
        {
            if (status < 300)
                CheckRequest(operation, item!, request, sent, faults);
            await CheckAnswerAsync(operation, response, faults, cancellationToken);
        }
        else if (status is not (404 or 405))
            faults.Add("The document has no such endpoint.");
        Assert.True(faults.Count == 0, $"{request.Method} {path} is not as /openapi/v1.json has it. Describe what is new there (src/Svgx.Web/Api), or answer as it says.\n{status}: {string.Join('\n', faults)}");
        return response;
    }

    private void CheckRequest(JsonObject operation, JsonObject item, HttpRequestMessage request, string? sent, List<string> faults)
    {
        var known = (operation["parameters"]?.AsArray() ?? []).Concat(item["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "query").ToDictionary(parameter => parameter!["name"]!.GetValue<string>());
        var query = request.RequestUri!.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => Uri.UnescapeDataString(part.Split('=')[0])).ToList();
        faults.AddRange(query.Where(name => !known.ContainsKey(name)).Select(name => $"It takes \"{name}\", which is no parameter there."));
        faults.AddRange(known.Where(parameter => parameter.Value!["required"]?.GetValue<bool>() == true && !query.Contains(parameter.Key)).Select(parameter => $"It is content without \"{parameter.Key}\"."));
        var body = operation["requestBody"];
        if (sent is null or "")
        {
            if (body?["required"]?.GetValue<bool>() == true && request.Content is null)
                faults.Add("It is content without a body.");
        }
        else if (body?["content"]?["application/json"]?["schema"] is { } schema)
            faults.AddRange(Faults(schema, JsonNode.Parse(sent)).Select(fault => $"It takes {fault} of {sent}"));
        else
            faults.Add("It takes a body.");
    }

    private async Task CheckAnswerAsync(JsonObject operation, HttpResponseMessage response, List<string> faults, CancellationToken cancellationToken)
    {
        if (operation["responses"]![((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)] is not { } answer)
        {
            faults.Add($"No such status is described. {await response.Content.ReadAsStringAsync(cancellationToken)}");
            return;
        }
        MediaTypeHeaderValue? type = response.Content.Headers.ContentType;
        if (type?.MediaType is not { } media)
        {
            if (answer["content"] is not null)
                faults.Add("It has no body.");
            return;
        }
        if (answer["content"]?[media] is not { } described)
            faults.Add($"Its body is {media}, which is not described.");
        else if (media.EndsWith("json", StringComparison.Ordinal) && described["schema"] is { } schema)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            faults.AddRange(Faults(schema, JsonNode.Parse(text)).Select(fault => $"It answers {fault} in {(text.Length > 1_000 ? text[..1_000] : text)}"));
        }
    }

    private (JsonObject? Operation, JsonObject? Item) Find(string path, HttpMethod method)
    {
        var steps = path.Split('/');
        var found = _document!["paths"]!.AsObject().Select(pair => (Steps: pair.Key.Split('/'), Item: pair.Value!.AsObject()))
            .Where(pair => pair.Steps.Length == steps.Length && pair.Steps.Zip(steps).All(step => step.First == step.Second || step.First.StartsWith('{')))
            .OrderBy(pair => pair.Steps.Count(step => step.StartsWith('{'))).FirstOrDefault();
        return (found.Item?[method.Method.ToLowerInvariant()]?.AsObject(), found.Item);
    }

    private IEnumerable<string> Faults(JsonNode schema, JsonNode? value)
    {
        var text = schema.ToJsonString();
        var rules = Schemas.GetOrAdd(text, _ =>
        {
            var whole = schema.DeepClone().AsObject();
            whole["$defs"] = _document!["components"]!["schemas"]!.DeepClone();
            Close(whole);
            return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
        });
        var result = rules.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : result.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));
    }

    /// <summary>A field that is not described is a fault.</summary>
    private static void Close(JsonNode? node)
    {
        foreach (var inner in node switch { JsonObject value => value.Select(pair => pair.Value).ToArray(), JsonArray list => [.. list], _ => [] })
            Close(inner);
        if (node is JsonObject schema && schema["properties"] is JsonObject && !schema.ContainsKey("additionalProperties"))
            schema["additionalProperties"] = false;
    }
}
