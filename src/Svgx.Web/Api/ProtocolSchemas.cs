using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Svgx.Collaboration.Protocol;

namespace Svgx.Web.Api;

/// <summary>
/// What answers over HTTP have in common with the protocol's messages (versions, branches, differences, clashes, conflicts) is described once, in <c>asyncapi.json</c>, and <c>/openapi/v1.json</c> takes it over from
/// there. Only what a message spreads over its own fields has a description here.
/// </summary>
internal static partial class ProtocolSchemas
{
    private static readonly Dictionary<string, string> Shapes = new(StringComparer.Ordinal)
    {
        ["version_page"] = """
            {"type": "object", "required": ["versions", "total"], "properties": {
                "versions": {"type": "array", "items": {"$ref": "#/components/schemas/version"}},
                "next": {"type": "integer", "description": "The before of the next page; absent after the last."},
                "total": {"type": "integer"}}}
            """,
        ["version_change"] = """
            {"type": "object", "description": "A change that made a version.", "required": ["version", "open_clashes", "conflict_ids"], "properties": {
                "version": {"$ref": "#/components/schemas/version"},
                "operation_id": {"type": "string", "description": "The operation that did it; absent where nothing had to change."},
                "open_clashes": {"type": "array", "items": {"$ref": "#/components/schemas/merge_clash"}, "description": "Of a merge: the clashes that no resolution decided."},
                "conflict_ids": {"type": "array", "items": {"type": "string"}, "description": "The conflicts that hold them."}}}
            """,
        ["difference"] = """{"type": "object", "required": ["elements"], "properties": {"elements": {"type": "array", "items": {"$ref": "#/components/schemas/element_difference"}}}}""",
        ["merge_preview"] = """
            {"type": "object", "description": "What a merge would bring in.", "required": ["source", "source_revision", "target", "target_revision", "base_branch", "base_revision", "diff", "clashes"], "properties": {
                "source": {"type": "string"}, "source_revision": {"type": "integer"}, "target": {"type": "string"}, "target_revision": {"type": "integer"},
                "base_branch": {"type": "string"}, "base_revision": {"type": "integer"}, "diff": {"$ref": "#/components/schemas/difference"},
                "clashes": {"type": "array", "items": {"$ref": "#/components/schemas/merge_clash"}}}}
            """,
        ["merge"] = """{"description": "With preview the merge_preview, else the version_change.", "anyOf": [{"$ref": "#/components/schemas/version_change"}, {"$ref": "#/components/schemas/merge_preview"}]}""",
        ["branch_list"] = """{"type": "array", "items": {"$ref": "#/components/schemas/branch"}}""",
        ["element_history"] = """
            {"type": "object", "required": ["events"], "properties": {
                "events": {"type": "array", "items": {"$ref": "#/components/schemas/element_event"}},
                "next": {"type": "string", "description": "The cursor of the next page; absent after the last."}}}
            """,
        ["integrity"] = """
            {"type": "object", "required": ["document_id", "intact", "truncated", "branches", "operations", "unsealed", "snapshots", "versions", "damages"], "properties": {
                "document_id": {"type": "string", "format": "uuid"}, "intact": {"type": "boolean"}, "truncated": {"type": "boolean", "description": "There is more damage than is told."},
                "branches": {"type": "integer"}, "operations": {"type": "integer"}, "unsealed": {"type": "integer", "description": "Operations from before there were checksums."},
                "snapshots": {"type": "integer"}, "versions": {"type": "integer"}, "damages": {"type": "array", "items": {"$ref": "#/components/schemas/damage"}}}}
            """,
        ["conflict_list"] = """{"type": "object", "required": ["conflicts"], "properties": {"conflicts": {"type": "array", "items": {"$ref": "#/components/schemas/conflict"}}}}""",
    };

    /// <summary>The answer is a schema of asyncapi.json or of this class.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, string schema, int status = StatusCodes.Status200OK) =>
        endpoint.Produces<object>(status, "application/json").AddOpenApiOperationTransformer((operation, context, _) =>
        {
            foreach (var (code, response) in operation.Responses ?? [])
            {
                if (code.StartsWith('2') && response.Content?["application/json"] is OpenApiMediaType body)
                    body.Schema = new OpenApiSchemaReference(schema, context.Document);
            }
            return Task.CompletedTask;
        });

    /// <summary>Puts them, and all that they refer to, beside the document's own schemas.</summary>
    public static void AddTo(OpenApiDocument document, IDictionary<string, IOpenApiSchema> schemas)
    {
        var shared = JsonNode.Parse(AsyncApiDocument.Utf8.Span)!["components"]!["schemas"]!;
        var wanted = new Queue<string>(Shapes.Keys);
        while (wanted.TryDequeue(out var name))
        {
            if (schemas.ContainsKey(name))
                continue;
            var text = Shapes.GetValueOrDefault(name) ?? shared[name]!.ToJsonString();
            schemas[name] = OpenApiModelFactory.Parse<OpenApiSchema>(text, OpenApiSpecVersion.OpenApi3_1, document, out _, "json") ?? throw new InvalidDataException($"The schema {name} cannot be read.");
            foreach (Match reference in Reference().Matches(text))
                wanted.Enqueue(reference.Groups["name"].Value);
        }
    }

    [GeneratedRegex("\"#/components/schemas/(?<name>[a-z_]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Reference();
}
