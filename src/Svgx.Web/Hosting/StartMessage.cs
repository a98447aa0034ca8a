using System.Text.RegularExpressions;
using Svgx.Collaboration.Protocol;

namespace Svgx.Web.Hosting;

/// <summary>Says where the app can be reached.</summary>
internal static partial class StartMessage
{
    public static void Write(WebApplication app)
    {
        foreach (var url in app.Urls)
        {
            Console.WriteLine($"Svgx is at {url}");
            Console.WriteLine($"  protocol: ws{url[4..].TrimEnd('/')}/ws");
        }
        if (app.Services.GetRequiredService<CollaborationServer>().Port is var port and > 0)
            Console.WriteLine($"  protocol: ws://localhost:{port}/");
    }

    /// <summary>The address that could not be had, as the server named it.</summary>
    public static string Address(IOException error, WebApplication app)
    {
        var address = AddressPattern().Match(error.Message).Value.TrimEnd(':', '.');
        if (address.Length == 0)
            address = app.Configuration["Urls"] ?? "http://localhost:5000";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) ? $"Port {uri.Port} ({address})" : address;
    }

    [GeneratedRegex(@"https?://[^\s;]+", RegexOptions.None, 1000)]
    private static partial Regex AddressPattern();
}
