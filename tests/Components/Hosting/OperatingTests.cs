using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Engine;
using Svgx.Web.Api;

namespace Svgx.Tests.Components.Hosting;

public class OperatingTests(RunningApp app)
{
    [Fact, Trait("Rule", "M6")]
    public async Task Metrics_are_for_administrators_and_for_nobody_else_unless_set()
    {
        var (root, admin) = await app.NewAdminAsync();
        var (_, http) = await app.NewPersonAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Anonymous().GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.WithTokenAsync(root, role: DocumentRole.Owner)).GetAsync("/metrics")).StatusCode);
        await http.PostAsync("/api/documents", null);
        var text = await admin.GetStringAsync("/metrics");
        Assert.Contains("svgx_collaboration_journal_queue", text, StringComparison.Ordinal);
        Assert.DoesNotContain(root.Id, text, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "M6")]
    public async Task A_scraper_gets_in_with_the_configured_token_alone()
    {
        await using var set = new RunningApp { Settings = { ["Svgx:Metrics:Token"] = "a token for the scraper" } };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("a token for the scraper"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("another token for it"));

        async Task<HttpStatusCode> StatusAsync(string token)
        {
            var scraper = set.Anonymous();
            scraper.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return (await scraper.GetAsync("/metrics")).StatusCode;
        }
    }

    [Fact, Trait("Rule", "M7")]
    public async Task The_server_is_ready_while_it_can_write_and_has_space()
    {
        Assert.Equal("Healthy", await app.Anonymous().GetStringAsync("/health/live"));
        Assert.Equal("Healthy", await app.Anonymous().GetStringAsync("/health/ready"));
        await using var full = new RunningApp { Settings = { ["Svgx:MinFreeBytes"] = $"{long.MaxValue}" } };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await full.Anonymous().GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await full.Anonymous().GetAsync("/health/live")).StatusCode);
    }

    [Fact, Trait("Rule", "M8")]
    public async Task The_figures_are_for_administrators()
    {
        var (_, admin) = await app.NewAdminAsync();
        var (_, http) = await app.NewPersonAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/api/stats")).StatusCode);
        var stats = await admin.GetFromJsonAsync<JsonElement>("/api/stats");
        foreach (var name in new[] { "total_operations", "conflicts_detected", "average_propagation_time_ms", "active_users", "total_messages", "uptime_seconds", "working_set_bytes" })
            Assert.Equal(JsonValueKind.Number, stats.GetProperty(name).ValueKind);
        Assert.True(stats.GetProperty("commit").TryGetProperty("p99_ms", out _));
    }

    [Fact, Trait("Rule", "S11")]
    public async Task A_user_who_asks_too_often_is_told_when_to_come_back_and_others_are_served()
    {
        await using var set = new RunningApp { Settings = { ["Svgx:Api:RequestsPerMinute"] = "5" } };
        var (user, http) = await set.NewPersonAsync();
        var (_, other) = await set.NewPersonAsync("Ben");
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/documents")).StatusCode);
        using var refused = await (await set.WithTokenAsync(user)).GetAsync("/api/documents"); // another token is the same user
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("rate_limited", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/documents")).StatusCode);
    }

    [Fact, Trait("Rule", "S15")]
    public async Task Files_are_read_so_many_at_once_and_when_too_many_wait_one_more_is_refused()
    {
        await using var busy = new RunningApp();
        var (_, http) = await busy.NewPersonAsync();
        var imports = busy.Services.GetRequiredService<ApiLimits>().Imports;
        var (read, waiting) = (new[] { imports.AttemptAcquire(), imports.AttemptAcquire() }, Enumerable.Range(0, 64).Select(_ => imports.AcquireAsync().AsTask()).ToList());
        Assert.All(read, lease => Assert.True(lease.IsAcquired));
        using var refused = await http.PostAsync("/api/documents", File());
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("rate_limited", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.NotNull(refused.Headers.RetryAfter);

        foreach (var lease in read)
            lease.Dispose();
        foreach (var lease in waiting)
            (await lease).Dispose();
        Assert.Equal(HttpStatusCode.Created, (await http.PostAsync("/api/documents", File())).StatusCode);

        static StringContent File() => new("""<svg xmlns="http://www.w3.org/2000/svg"/>""", System.Text.Encoding.UTF8, "image/svg+xml");
    }

    [Fact, Trait("Rule", "S15")]
    public async Task A_user_has_so_many_drawings_at_once_until_their_answers_are_sent_and_others_do_not_wait()
    {
        var filter = new DrawingRequestFilter(new(Options.Create(new ApiOptions { DrawingsAtOnce = 2 }), TimeProvider.System));
        var entered = 0;
        var first = Ask("ada");
        var second = Ask("ada");
        var waiting = Enumerable.Range(0, 64).Select(_ => Ask("ada")).ToList();
        Assert.Equal(2, entered);
        Assert.Equal(StatusCodes.Status429TooManyRequests, Assert.IsType<ProblemHttpResult>(await Ask("ada").Answer).StatusCode);
        await Ask("ben").Answer;
        Assert.Equal(3, entered);
        Assert.True(first.Answer.IsCompletedSuccessfully); // and still being sent, until its request ends

        await first.EndAsync();
        await waiting[0].Answer;
        Assert.Equal(4, entered);
        Assert.DoesNotContain(waiting[1..], request => request.Answer.IsCompleted);
        await second.EndAsync();
        foreach (var request in waiting)
        {
            await request.Answer;
            await request.EndAsync();
        }
        Assert.Equal(67, entered);

        (Task<object?> Answer, Func<Task> EndAsync) Ask(string user)
        {
            var http = new DefaultHttpContext { User = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, user)])) };
            var response = new EndingResponse();
            http.Features.Set<IHttpResponseFeature>(response);
            return (filter.InvokeAsync(EndpointFilterInvocationContext.Create(http), _ => ValueTask.FromResult<object?>(Interlocked.Increment(ref entered))).AsTask(), response.EndAsync);
        }
    }

    /// <summary>A response that ends when the test says so.</summary>
    private sealed class EndingResponse : HttpResponseFeature
    {
        private readonly List<Func<Task>> _completed = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Add(() => callback(state));

        public async Task EndAsync()
        {
            foreach (var completed in _completed)
                await completed();
        }
    }
}
