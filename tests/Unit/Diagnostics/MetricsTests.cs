using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Diagnostics;
using Svgx.Tests.Unit.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Diagnostics;

public sealed partial class MetricsTests
{
    [Fact, Trait("Rule", "M1")]
    public void The_page_on_metrics_names_every_instrument_with_its_unit_and_no_other()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var found = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Add(instrument) };
        listener.Start();
        using var metrics = new CollaborationMetrics(factory, TimeProvider.System);
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "metrics.md"));
        Assert.Equal(InstrumentLine().Matches(page).Select(match => $"{match.Groups["name"].Value} {match.Groups["unit"].Value}").Order(), found.Order());

        void Add(Instrument instrument)
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                found.Add($"{instrument.Name} {instrument.Unit}");
        }
    }

    [Fact, Trait("Rule", "M2")]
    public async Task What_happens_on_a_connection_is_counted_and_measured()
    {
        await using var host = await ProtocolHost.StartAsync();
        var factory = host.Service<IMeterFactory>();
        var sums = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, active) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                active.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => sums.AddOrUpdate(Key(instrument, tags), value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => sums[Key(instrument, tags)] = value);
        using var propagated = new SemaphoreSlim(0);
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            sums.AddOrUpdate(Key(instrument, tags), 1, (_, count) => count + 1);
            if (instrument.Name == "svgx.collaboration.propagation.duration")
                propagated.Release();
        });
        listener.Start();

        await using (var ann = await host.JoinAsync("ann", null, "ack"))
        await using (var ben = await host.JoinAsync("ben"))
        {
            while ((await ann.NextAsync("presence_update")).GetProperty("active_users").GetArrayLength() < 2)
            {
                // Users are counted as they were last told to all.
            }
            await ann.SendAsync(new { type = "operation", operation_id = "a", operation_type = "create", element_id = "e" });
            await ann.OperationAsync("a");
            await ben.OperationAsync("a");
            await ann.SendAsync(new { type = "operation", operation_type = "move", element_id = "nobody" });
            await ann.ErrorCodeAsync();
            // Sends are counted after the socket took them: the client may be ahead.
            for (var sent = 0; sent < 2; sent++)
                Assert.True(await propagated.WaitAsync(TimeSpan.FromSeconds(20)));
            listener.RecordObservableInstruments();
            Assert.Equal(1, sums["svgx.collaboration.operations type=create"]);
            Assert.Equal(1, sums["svgx.collaboration.refusals code=unknown_element"]);
            Assert.Equal(1, sums["svgx.collaboration.errors code=unknown_element"]);
            Assert.Equal(2, sums["svgx.collaboration.propagation.duration"]);
            Assert.Equal(2, sums["svgx.collaboration.validation.duration"]);
            Assert.Equal(1, sums["svgx.collaboration.commit.duration"]);
            Assert.Equal(4, sums["svgx.collaboration.messages.received"]);
            Assert.True(sums["svgx.collaboration.messages.sent"] >= 5);
            Assert.True(sums["svgx.collaboration.bytes.received"] > 200 && sums["svgx.collaboration.bytes.sent"] > 500);
            Assert.Equal(2, sums["svgx.collaboration.connections"]);
            Assert.Equal(2, sums["svgx.collaboration.participants"]);
            Assert.Equal(2, sums["svgx.collaboration.users"]);
            Assert.Equal(1, sums["svgx.collaboration.sessions"]);
            Assert.Equal(0, sums["svgx.collaboration.journal.queue"]);

            var stats = host.Engine.GetPerformanceStats();
            Assert.Equal((1, 1, 1, 2, 2), (stats.TotalOperations, stats.Refusals, stats.Errors, stats.Connections, stats.ActiveUsers));
            Assert.Equal((1L, 2L, 2L), (stats.Commit.Count, stats.Propagation.Count, stats.Validation.Count));
            Assert.True(stats.Propagation.P50Ms >= stats.Commit.P50Ms && stats.Propagation.P99Ms <= stats.Propagation.MaxMs);
            Assert.True(stats.TotalMessages >= 9 && stats.WorkingSetBytes > 0 && stats.HeapBytes > 0);
        }
        static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Key}={tags[0].Value}";
    }

    [Fact, Trait("Rule", "M2")]
    public async Task A_conflict_is_counted_when_it_is_found_and_when_it_is_settled()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, ben) = (await host.JoinAsync(document), await host.JoinAsync(document, "ben"));
        await ann.DoAsync("create", "a");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await ann.DoAsync("move", "a", """{"x":1,"y":1}""");
        await ben.DoAsync("move", "a", """{"x":2,"y":2}""");
        var stats = host.Engine.GetPerformanceStats();
        Assert.Equal((1, 1, 2), (stats.ConflictsDetected, stats.ConflictsResolved, stats.Detection.Count)); // of the last minute
    }

    [Fact, Trait("Rule", "M3")]
    public void Recording_allocates_nothing()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new CollaborationMetrics(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Record();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Record()
        {
            metrics.Received(100);
            metrics.Validated(TimeSpan.FromMicroseconds(5));
            metrics.Detected(TimeSpan.FromMicroseconds(3));
            metrics.Committed(3, TimeSpan.FromMilliseconds(1));
            metrics.Operation("move");
            metrics.Propagated(TimeSpan.FromMilliseconds(2));
            metrics.Sent(200);
            metrics.Refused("read_only");
            metrics.ErrorSent("read_only");
            metrics.RateLimited("operations");
            metrics.ConflictDetected("delete_conflict", "high");
            metrics.ConflictResolved("merge");
            CollaborationActivity.Start("svgx.none")?.Dispose();
        }
    }

    [Fact, Trait("Rule", "M4")]
    public void Percentiles_are_of_the_last_minute_and_at_most_an_eighth_too_high()
    {
        var time = new FakeTimeProvider();
        var window = new LatencyWindow(time);
        Assert.Equal(new(0, 0, 0, 0, 0, 0), window.Summarise());
        for (var ms = 1; ms <= 1_000; ms++)
            window.Record(TimeSpan.FromMilliseconds(ms));
        var summary = window.Summarise();
        Assert.Equal((1_000L, 500.5, 1_000.0), (summary.Count, summary.MeanMs, summary.MaxMs));
        Assert.InRange(summary.P50Ms, 500, 562.5);
        Assert.InRange(summary.P95Ms, 950, 1_000);
        Assert.InRange(summary.P99Ms, 990, 1_000);
        time.Advance(LatencyWindow.Length - TimeSpan.FromSeconds(10));
        window.Record(TimeSpan.FromDays(100));
        window.Record(TimeSpan.FromMilliseconds(-1));
        Assert.Equal(1_002, window.Summarise().Count);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, window.Summarise().Count);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, window.Summarise().Count);
    }

    [Fact, Trait("Rule", "M4")]
    public void Rates_are_of_the_last_ten_whole_seconds()
    {
        var time = new FakeTimeProvider();
        var rate = new RateWindow(time);
        for (var second = 0; second < 30; second++)
        {
            rate.Add(second < 20 ? 100 : 50);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(50, rate.PerSecond());
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, rate.PerSecond());
    }

    [Fact, Trait("Rule", "M5")]
    public async Task A_join_a_turn_and_a_commit_are_spans_for_those_who_listen()
    {
        var spans = new ConcurrentBag<(string Name, object? Document)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Svgx.Collaboration",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Add((span.OperationName, span.GetTagItem("svgx.document"))),
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await ann.DoAsync("create", "b"); // the first turn's span has ended before the second's begins
        Assert.Contains(("svgx.join", (object?)document), spans);
        Assert.Contains(("svgx.turn", (object?)document), spans);
        Assert.Contains(spans, span => span.Name == "svgx.commit");
    }

    [GeneratedRegex("^\\| `(?<name>svgx\\.collaboration\\.[a-z_.]+)` \\| [a-z -]+ \\| `(?<unit>[^`]+)` \\|", RegexOptions.Multiline, 1000)]
    private static partial Regex InstrumentLine();
}
