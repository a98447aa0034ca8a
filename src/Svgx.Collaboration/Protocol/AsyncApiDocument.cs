using Microsoft.AspNetCore.Http;

namespace Svgx.Collaboration.Protocol;

/// <summary>The protocol as an AsyncAPI 3 document: every message with its schema and examples. Tests hold it against what is sent and read.</summary>
public static class AsyncApiDocument
{
    /// <summary>Where servers offer it.</summary>
    public const string Path = "/asyncapi.json";

    private static readonly Lazy<byte[]> Bytes = new(Load);

    /// <summary>The document, UTF-8 JSON.</summary>
    public static ReadOnlyMemory<byte> Utf8 => Bytes.Value;

    /// <summary>Answers a request with the document. Anybody may read it, pages of foreign origins too.</summary>
    public static async Task ServeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return;
        }
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Utf8.Length;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.Body.WriteAsync(Utf8, context.RequestAborted);
    }

    private static byte[] Load()
    {
        using var resource = typeof(AsyncApiDocument).Assembly.GetManifestResourceStream("Svgx.Collaboration.asyncapi.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
