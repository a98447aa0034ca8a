using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Svgx.Web.Hosting;

/// <summary>
/// Reverse proxies whose word counts on where a request came from (<c>X-Forwarded-For</c>) and by which scheme (<c>X-Forwarded-Proto</c>), so that limits by address and the audit trail see people, and pages over https
/// are of the app's own origin. None unless the setting names them: anybody can send such headers. The host's name is not taken from a header; the proxy has to pass it on.
/// </summary>
internal static class TrustedProxies
{
    public const string Setting = "Svgx:Proxies";

    public static void UseTrustedProxies(this WebApplication app)
    {
        var section = app.Configuration.GetSection(Setting);
        string[] named = [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (named.Length > 0)
            app.UseForwardedHeaders(Read(named));
    }

    /// <exception cref="StartException">One is neither an address nor a network.</exception>
    internal static ForwardedHeadersOptions Read(IEnumerable<string> named)
    {
        // Headers go back through any number of hops, but no further than the first that is not named.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear(); // they trust this machine, which nobody has named
        options.KnownIPNetworks.Clear();
        foreach (var name in named)
        {
            if (IPAddress.TryParse(name, out var address))
                options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(name, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new StartException($"{Setting} has \"{name}\", which is neither an address such as 10.0.0.5 nor a network such as 10.0.0.0/8.");
        }
        return options;
    }
}
