using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Components.Api;

public sealed class OpenApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "P22")]
    public async Task Every_endpoint_of_the_API_is_described_with_what_goes_in_and_what_comes_out()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");
        var faults = new List<string>();
        foreach (var (method, path) in Endpoints())
        {
            var where = $"{method} {path}";
            if (!paths.TryGetProperty(path, out var operations) || !operations.TryGetProperty(method.ToLowerInvariant(), out var operation))
            {
                faults.Add($"{where} is not in /openapi/v1.json.");
                continue;
            }
            if (!operation.TryGetProperty("summary", out var summary) || summary.GetString() is null or "")
                faults.Add($"{where} has no summary: add .WithSummary(\"...\") where it is mapped.");
            foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default)
            {
                if (!parameter.TryGetProperty("description", out var description) || description.GetString() is null or "")
                    faults.Add($"{where}: nothing says what \"{parameter.GetProperty("name")}\" is. Add it to the parameters in src/Svgx.Web/Api/OpenApiDescription.cs, or give it a [Description].");
            }
            var responses = operation.GetProperty("responses");
            faults.AddRange(new[] { "400", "401", "403", "429", "503" }.Where(status => !IsProblem(responses, status)).Select(status => $"{where} does not say what a {status} is."));
            if (path.Contains('{') && !IsProblem(responses, "404"))
                faults.Add($"{where} does not say what a 404 is.");
            foreach (var response in responses.EnumerateObject().Where(response => response.Name is "200" or "201"))
            {
                if (response.Value.TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var json) && !json.GetProperty("schema").EnumerateObject().Any() && !path.EndsWith("/content", StringComparison.Ordinal))
                    faults.Add($"{where} does not say which fields its {response.Name} has: return the type itself, or name a schema with .Answers(\"...\").");
                if (!response.Value.TryGetProperty("content", out _))
                    faults.Add($"{where} does not say what its {response.Name} holds: return the type itself, add .Produces<T>(...), or .Produces(StatusCodes.Status204NoContent) for nothing.");
            }
            if (operation.GetProperty("security").GetArrayLength() != 2)
                faults.Add($"{where} does not say who may call it.");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact, Trait("Rule", "P22")]
    public async Task The_document_says_how_to_sign_in_and_what_a_problem_looks_like()
    {
        var components = (await DocumentAsync()).GetProperty("components");
        Assert.Equal("bearer", components.GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        Assert.Equal("cookie", components.GetProperty("securitySchemes").GetProperty("cookie").GetProperty("in").GetString());
        Assert.True(components.GetProperty("schemas").GetProperty("Problem").GetProperty("properties").TryGetProperty("code", out _));
    }

    [Fact, Trait("Rule", "P20")]
    public async Task The_app_offers_the_protocols_document_to_anybody()
    {
        using var answer = await app.Anonymous().GetAsync("/asyncapi.json");
        Assert.Equal(AsyncApiDocument.Utf8.ToArray(), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private async Task<JsonElement> DocumentAsync() => await app.Anonymous().GetFromJsonAsync<JsonElement>("/openapi/v1.json");

    private IEnumerable<(string Method, string Path)> Endpoints()
    {
        var found = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => (method, "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace(":guid", "", StringComparison.Ordinal))))
            .ToArray();
        Assert.True(found.Length > 10, "No endpoints were found.");
        Assert.Equal(found.Length, found.Distinct().Count()); // of two alike the document has one, and which of them answers is a matter of headers
        return found;
    }

    private static bool IsProblem(JsonElement responses, string status) =>
        responses.TryGetProperty(status, out var response) && response.TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out _);
}
