using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.E2E.Sockets;

/// <summary>The server is killed at random moments; <c>bench/Load -- crash</c> has many more rounds. A failure names its seed, and SVGX_CRASH_SEED sets it.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const int Rounds = 5;

    [Fact, Trait("Rule", "X4")]
    public async Task No_acknowledged_operation_is_lost_and_none_is_applied_twice_when_the_server_is_killed()
    {
        var seed = Environment.GetEnvironmentVariable("SVGX_CRASH_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"SVGX_CRASH_SEED={seed}");
        var random = new Random(seed);
        await using var app = await AppProcess.StartAsync();
        Assert.Equal(0, (await app.CommandAsync(Person.Password, "user", "add", "--email", "ada@example.org", "--name", "Ada", "--password-stdin")).ExitCode);
        var token = (await app.CommandAsync(null, "token", "--user", "ada@example.org")).Output;
        using var http = new HttpClient { BaseAddress = new(app.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var created = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), null);
        var id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;

        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        var sent = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            var streams = Enumerable.Range(0, Clients).Select(client => StreamAsync(app, token, id, $"r{round}-c{client}", sent, acknowledged)).ToList();
            var enough = Count(acknowledged) + random.Next(1, 400);
            while (Count(acknowledged) < enough)
                await Task.WhenAny(Task.WhenAll(streams), Task.Delay(5));
            var moment = TimeSpan.FromMilliseconds(random.NextDouble() * 100);
            output.WriteLine($"Round {round}: killed {moment.TotalMilliseconds:0.0} ms after {enough} acknowledgements.");
            await Task.Delay(moment); // the moment is what is tried out: in a commit, before it, after it
            await app.KillAsync();
            await Task.WhenAll(streams);
            await app.RestartAsync();
            await AssertJournalAsync(http, id, sent, acknowledged);
        }

        // What was sent and never acknowledged is sent again with its id; then everything is there, once.
        await using var again = await ProtocolClient.ConnectAsync(app.ProtocolPort);
        await again.SendAsync(new { type = "join", token, document_id = id, features = new[] { "ack" } });
        await again.NextAsync("current_state");
        foreach (var operation in sent)
        {
            await again.SendAsync(Create(operation));
            await again.NextAsync("ack");
        }
        acknowledged.UnionWith(sent);
        await AssertJournalAsync(http, id, sent, acknowledged);
    }

    private static object Create(string operation) => new { type = "operation", operation_id = operation, operation_type = "create", element_id = $"e-{operation}", data = new { x = 1, y = 2 } };

    /// <summary>Sends until the connection breaks.</summary>
    private static async Task StreamAsync(AppProcess app, string token, string documentId, string name, HashSet<string> sent, HashSet<string> acknowledged)
    {
        await using var client = await ProtocolClient.ConnectAsync(app.ProtocolPort);
        await client.SendAsync(new { type = "join", token, document_id = documentId, features = new[] { "ack" } });
        await client.NextAsync("current_state");
        try
        {
            for (var i = 0; ; i++)
            {
                var operation = $"{name}-{i}";
                lock (sent)
                    sent.Add(operation);
                await client.SendAsync(Create(operation));
                if (i % 10 != 9)
                    continue; // some wait unacknowledged whenever the end comes
                while (!Contains(acknowledged, operation))
                {
                    foreach (var ack in (await client.NextAsync("ack")).GetProperty("acks").EnumerateArray())
                    {
                        lock (acknowledged)
                            acknowledged.Add(ack.GetProperty("operation_id").GetString()!);
                    }
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or InvalidOperationException or IOException or ObjectDisposedException)
        {
            // The server was killed, as it should be.
        }
    }

    private static async Task AssertJournalAsync(HttpClient http, string documentId, HashSet<string> sent, HashSet<string> acknowledged)
    {
        var journal = new List<string>();
        for (long after = 0; ;)
        {
            var page = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/api/documents/{documentId}/operations?after={after}", UriKind.Relative))).RootElement;
            var operations = page.GetProperty("operations").EnumerateArray().Select(operation => operation.GetProperty("operation_id").GetString()!).ToList();
            if (operations.Count == 0)
                break;
            journal.AddRange(operations);
            after = page.GetProperty("next_after").GetInt64();
        }
        Assert.Equal(journal.Count, journal.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(acknowledged.Except(journal, StringComparer.Ordinal));
        Assert.Empty(journal.Except(sent, StringComparer.Ordinal));
        var svg = await http.GetStringAsync(new Uri($"/api/documents/{documentId}/svg", UriKind.Relative));
        Assert.Equal(journal.Count, svg.Split("<rect ").Length - 1);
    }

    private static int Count(HashSet<string> set)
    {
        lock (set)
            return set.Count;
    }

    private static bool Contains(HashSet<string> set, string value)
    {
        lock (set)
            return set.Contains(value);
    }
}
