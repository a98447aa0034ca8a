using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Svgx.Web.Hosting;

namespace Svgx.Web.Api;

/// <summary>
/// What is the same for all of the API, said once for <c>/openapi/v1.json</c>: who may call, what a problem looks like, what a parameter of a name means. An endpoint itself gives its summary
/// and, where its method does not tell, the type of its answer.
/// </summary>
internal static class OpenApiDescription
{
    private const string Problem = "Problem";
    private const string Token = "token";
    private const string Cookie = "cookie";

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["after"] = "Only what comes after this revision. Default 0: from the beginning.",
        ["before"] = "Only what is older than this entry: the last one of the page before.",
        ["bid"] = "The branch.",
        ["bin"] = "Those in the bin instead of those in use. Default false.",
        ["branch"] = "The branch. Default main.",
        ["cid"] = "A comment's id, a thread's that of its first comment; of a conflict the conflict's.",
        ["checkpoints"] = "Checkpoints too. Default true.",
        ["cursor"] = "Where to go on: the next of the page before.",
        ["document_id"] = "Only what is about this document.",
        ["download"] = "As a file to keep, with the document's name. Default false.",
        ["eid"] = "The element.",
        ["email"] = "The person's e-mail address.",
        ["from"] = "The one side of the comparison.",
        ["id"] = "What it is about.",
        ["inverse"] = "With the changes that take each operation back. An insert or a set among them may have scope: prefixes that were declared around the node or the attributes, and what they stood for. Default false.",
        ["kind"] = "Only entries of this kind.",
        ["limit"] = "At most so many.",
        ["name"] = "The name. Default: the drawing's title, else Untitled.",
        ["preview"] = "Only say what would happen. Default false.",
        ["revision"] = "As it was after this revision.",
        ["deleted"] = "Whether deleted ones are listed too; default false.",
        ["status"] = "Which of them: open (default), settled or all.",
        ["time"] = "As it was at this time, UTC.",
        ["to"] = "The other side of the comparison.",
        ["user_id"] = "Only what is about this user.",
        ["version"] = "As it was in this version.",
        ["vid"] = "The version.",
    };

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "Svgx",
                Version = "1",
                License = new() { Name = "MIT" },
                Description = "Documents, sharing, history and tokens over HTTP. Live editing is the WebSocket protocol's, described at /asyncapi.json. Mistakes are answered as problems (RFC 9457) with a stable code.",
            };
            var components = document.Components ??= new();
            components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A tool's token, limited to its document and role. From a drawing's menu, the command line, or POST /api/tokens." },
                [Cookie] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = AppServices.CookieName, Description = "The sign-in of the app. Changes are taken from its own origin only." },
            };
            components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            components.Schemas.Remove(nameof(Microsoft.AspNetCore.Mvc.ProblemDetails)); // ours says more
            components.Schemas[Problem] = ProblemSchema();
            ProtocolSchemas.AddTo(document, components.Schemas);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // What may be null may be left out: by callers, and by answers that have nothing to say there.
            foreach (var property in context.JsonTypeInfo.Properties)
            {
                if (property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: false) == true)
                    schema.Required?.Remove(property.Name);
                if (property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsGetNullable)
                    schema.Required?.Remove(property.Name);
            }
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var path = context.Description.RelativePath ?? "";
        if (!path.StartsWith("api/", StringComparison.Ordinal))
            return;
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tag(path), context.Document) };
        operation.Security =
        [
            new() { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] },
            new() { [new OpenApiSecuritySchemeReference(Cookie, context.Document)] = [] },
        ];
        foreach (var parameter in operation.Parameters ?? [])
        {
            if (parameter is OpenApiParameter { Description: null } silent && silent.Name is { } name)
                silent.Description = name == "id" && path.StartsWith("api/documents/{id", StringComparison.Ordinal) ? "The document." : Parameters.GetValueOrDefault(name);
        }
        var responses = operation.Responses ??= [];
        foreach (var (status, response) in responses)
        {
            if (response is OpenApiResponse success && status.StartsWith('2'))
                success.Description = status switch { "201" => "Made.", "204" => "Done.", _ => "The answer." };
        }
        void Add(string status, string description)
        {
            var content = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, context.Document) };
            responses[status] = new OpenApiResponse { Description = description, Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = content } };
        }
        void AddIfSaid(string status, string description)
        {
            if (responses.ContainsKey(status))
                Add(status, description);
        }
        Add("400", "The request is not understood or not possible: bad_request, invalid_data, invalid_role and the like.");
        Add("401", "Nobody is signed in, or the token is not valid: sign_in_required.");
        Add("403", "The role, or the token's limits, do not allow it: forbidden, read_only.");
        if (path.Contains('{', StringComparison.Ordinal))
            Add("404", "There is no such thing, or it is not for the caller to see: document_not_found and the like.");
        AddIfSaid("409", "It is not possible as things are: key_in_use.");
        if (path.StartsWith("api/documents/{id", StringComparison.Ordinal))
            Add("409", "It is not possible as things are: branch_exists, conflict_settled, locked, nothing_to_merge, version_damaged and the like.");
        if (operation.RequestBody is not null)
        {
            Add("413", "The body is larger than the server takes: too_large.");
            Add("415", "The body is of another type than is described here: unsupported_media_type.");
        }
        AddIfSaid("413", "The body is larger than the server takes: too_large.");
        AddIfSaid("422", "The file is malformed, or holds what is not taken; line and column say where.");
        Add("429", "Too many requests of this user: rate_limited. Retry-After says when to try again.");
        Add("503", "The data could not be read or stored, and nothing was changed: storage_failed.");
    }

    private static string Tag(string path)
    {
        var parts = path.Split('/');
        return parts is ["api", "documents", ['{', ..], { Length: > 0 } feature, ..] && feature is not ("svg" or "content" or "restore" or "bin" or "operations") ? feature : parts[1];
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details (RFC 9457).",
        Required = new HashSet<string> { "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is wrong, in words." },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable, for programs." },
            ["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Names the request in the server's log." },
            ["retry_after_ms"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Of rate_limited: when to try again." },
            ["line"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Of a malformed file, from 1." },
            ["column"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Of a malformed file, from 1." },
        },
    };
}
