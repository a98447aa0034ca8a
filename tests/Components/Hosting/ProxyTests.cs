using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Security;
using Svgx.Web.Hosting;

namespace Svgx.Tests.Components.Hosting;

public class ProxyTests
{
    private const string Proxy = "10.1.2.3";
    private const string Stranger = "198.51.100.7";

    [Fact, Trait("Rule", "S13")]
    public async Task Behind_a_named_proxy_the_account_forms_count_people_and_not_the_proxy()
    {
        await using var app = new RunningApp { Settings = { ["Svgx:Proxies"] = "192.0.2.1, 10.1.0.0/16" } };
        await using var seen = Seen(app);
        var http = seen.CreateClient(new() { AllowAutoRedirect = false });
        for (var tries = 0; tries < 30; tries++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, await PostAsync(http, Proxy, "203.0.113.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(http, Proxy, "203.0.113.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(http, Proxy, "192.0.2.66, 203.0.113.1")); // what the person wrote there is not the proxy's word
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await PostAsync(http, Proxy, "203.0.113.2"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(http, "192.0.2.1", $"203.0.113.1, {Proxy}")); // a proxy behind a proxy
    }

    [Theory, Trait("Rule", "S13")]
    [InlineData("10.1.2.3", Stranger)]
    [InlineData("10.1.2.3", "127.0.0.1")]
    [InlineData("", Proxy)]
    [InlineData("", "127.0.0.1")]
    public async Task What_somebody_else_forwards_is_ignored(string proxies, string from)
    {
        await using var app = new RunningApp { Settings = { ["Svgx:Proxies"] = proxies } };
        await using var seen = Seen(app);
        var http = seen.CreateClient(new() { AllowAutoRedirect = false });
        for (var tries = 0; tries < 30; tries++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, await PostAsync(http, from, $"203.0.113.{tries}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(http, from, "203.0.113.99"));
    }

    [Fact, Trait("Rule", "S13")]
    public async Task Over_the_socket_joins_refused_tokens_and_the_origin_are_those_of_the_person_behind_the_proxy()
    {
        await using var app = new RunningApp { Settings = { ["Svgx:Proxies"] = Proxy, ["Svgx:Protocol:JoinsPerMinute"] = "1" } };
        await using var seen = Seen(app);
        Assert.Equal("token_invalid", await JoinAsync(seen, Proxy, "203.0.113.1"));
        Assert.Equal("rate_limited", await JoinAsync(seen, Proxy, "203.0.113.1"));
        Assert.Equal("token_invalid", await JoinAsync(seen, Proxy, "203.0.113.2"));
        Assert.Equal("token_invalid", await JoinAsync(seen, Stranger, "203.0.113.3"));
        Assert.Equal("rate_limited", await JoinAsync(seen, Stranger, "203.0.113.4"));
        Assert.Equal("token_invalid", await JoinAsync(seen, Proxy, "203.0.113.5", "https"));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => JoinAsync(seen, Stranger, "203.0.113.6", "https"));
        var trail = await seen.Services.GetRequiredService<AuditTrail>().QueryAsync(new(AuditKind.TokenRefused));
        Assert.Equal(["203.0.113.5", Stranger, "203.0.113.2", "203.0.113.1"], trail.Select(entry => entry.Address));
    }

    [Fact, Trait("Rule", "W15")]
    public async Task Addresses_of_one_host_count_as_one()
    {
        await using var app = new RunningApp();
        await using var seen = Seen(app);
        var http = seen.CreateClient(new() { AllowAutoRedirect = false });
        for (var tries = 0; tries < 30; tries++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, await PostAsync(http, $"2001:db8::{tries + 1:x}", "-"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(http, "2001:db8::ffff", "-"));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await PostAsync(http, "2001:db8:0:1::1", "-"));
    }

    [Fact, Trait("Rule", "S13")]
    public void A_setting_that_cannot_be_understood_stops_the_start() =>
        Assert.Contains("\"nginx\"", Assert.Throws<StartException>(() => TrustedProxies.Read(["10.0.0.5", "nginx"])).Message, StringComparison.Ordinal);

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string from, string forwarded)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/Account/Login");
        request.Headers.Add(ConnectedFrom.Header, from);
        request.Headers.Add("X-Forwarded-For", forwarded);
        return (await http.SendAsync(request)).StatusCode;
    }

    /// <summary>The code that answers a join with no good token.</summary>
    private static async Task<string?> JoinAsync(WebApplicationFactory<Program> app, string from, string forwarded, string scheme = "http")
    {
        var sockets = app.Server.CreateWebSocketClient();
        sockets.ConfigureRequest = request =>
        {
            request.Headers[ConnectedFrom.Header] = from;
            request.Headers["X-Forwarded-For"] = forwarded;
            request.Headers["X-Forwarded-Proto"] = scheme;
            request.Headers.Origin = $"{scheme}://localhost";
        };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await sockets.ConnectAsync(new("ws://localhost/ws"), patience.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"type":"join","token":"svgx1.made.up.token"}"""), WebSocketMessageType.Text, true, patience.Token);
        var answer = new byte[4096];
        var read = await socket.ReceiveAsync(answer.AsMemory(), patience.Token);
        return JsonElement.Parse(answer.AsSpan(0, read.Count)).GetProperty("code").GetString();
    }

    private static WebApplicationFactory<Program> Seen(RunningApp app) => app.WithWebHostBuilder(builder => builder.ConfigureTestServices(services => services.AddTransient<IStartupFilter, ConnectedFrom>()));

    /// <summary>The test server has no connections: a header says where one is from.</summary>
    private sealed class ConnectedFrom : IStartupFilter
    {
        public const string Header = "Test-Connected-From";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[Header], out var address))
                    context.Connection.RemoteIpAddress = address;
                return then(context);
            });
            next(app);
        };
    }
}
