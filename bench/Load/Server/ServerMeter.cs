using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace Svgx.Bench.Load.Server;

/// <param name="ProcessorTime">Of all threads, in user and kernel mode.</param>
/// <param name="Allocated">Managed bytes allocated while metered.</param>
/// <param name="Collections">Garbage collections while metered.</param>
/// <param name="Paused">How long all of the server's threads stood still for them.</param>
internal sealed record ServerUsage(TimeSpan ProcessorTime, long Allocated, int Collections, TimeSpan Paused);

/// <param name="WorkingSet">Resident bytes as the server was left: with code that was compiled and garbage that nobody had to collect yet.</param>
/// <param name="Heap">Bytes that are alive: left on the heap after a full collection.</param>
internal sealed record ServerMemory(long WorkingSet, long Heap);

/// <summary>Reads what the server's process uses, from the system and from its runtime's events.</summary>
internal sealed class ServerMeter : IAsyncDisposable
{
    private const long CollectKeyword = 0x800000; // GCHeapCollect: enabling it makes the runtime collect fully

    private readonly Process _process;
    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private long _allocated;
    private int _collections;
    private double _pausedMilliseconds; // written by the reading task alone

    public ServerMeter(Process process)
    {
        _process = process;
        _session = new DiagnosticsClient(process.Id).StartEventPipeSession(
            [new EventPipeProvider("System.Runtime", EventLevel.Informational, arguments: new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" }),
            new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, (long)ClrTraceEventParser.Keywords.GC)], requestRundown: false);
        _reading = Task.Run(Read);
    }

    public ServerUsage Read(ServerUsage? since = null)
    {
        _process.Refresh();
        return new(
            _process.TotalProcessorTime - (since?.ProcessorTime ?? TimeSpan.Zero), Interlocked.Read(ref _allocated) - (since?.Allocated ?? 0), Volatile.Read(ref _collections) - (since?.Collections ?? 0),
            TimeSpan.FromMilliseconds(Volatile.Read(ref _pausedMilliseconds)) - (since?.Paused ?? TimeSpan.Zero));
    }

    /// <summary>Reads the working set first, then collects.</summary>
    public static async Task<ServerMemory> MemoryAsync(Process process)
    {
        process.Refresh();
        var workingSet = process.WorkingSet64;
        return new(workingSet, await CollectAsync(process));
    }

    /// <summary>Has the server collect its garbage; returns the bytes that are left on the heap.</summary>
    public static async Task<long> CollectAsync(Process process)
    {
        using var session = new DiagnosticsClient(process.Id).StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, (long)ClrTraceEventParser.Keywords.GC | CollectKeyword)], requestRundown: false);
        var heap = 0L;
        var reading = Task.Run(() =>
        {
            using var source = new EventPipeEventSource(session.EventStream);
            source.Clr.GCHeapStats += stats => heap = stats.TotalHeapSize;
            source.Process();
        });
        await Task.Delay(TimeSpan.FromSeconds(3));
        await session.StopAsync(CancellationToken.None);
        await reading;
        return heap;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _session.StopAsync(CancellationToken.None);
            await _reading;
        }
        catch (Exception error) when (error is ServerNotAvailableException or IOException or TimeoutException)
        {
            // The server has ended already.
        }
        _session.Dispose();
    }

    private void Read()
    {
        using var source = new EventPipeEventSource(_session.EventStream);
        var suspendedAt = double.NaN; // a pause that had begun before the meter did is not counted
        source.Clr.GCSuspendEEStart += suspend => suspendedAt = suspend.TimeStampRelativeMSec;
        source.Clr.GCRestartEEStop += restart =>
        {
            if (!double.IsNaN(suspendedAt))
                Volatile.Write(ref _pausedMilliseconds, _pausedMilliseconds + restart.TimeStampRelativeMSec - suspendedAt);
        };
        source.Dynamic.All += data =>
        {
            if (data.EventName != "EventCounters" || data.PayloadValue(0) is not IDictionary<string, object> { } outer || outer["Payload"] is not IDictionary<string, object> counter)
                return;
            switch ((string)counter["Name"])
            {
                case "alloc-rate":
                    Interlocked.Add(ref _allocated, Convert.ToInt64(counter["Increment"], System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case "gen-0-gc-count": // counts the collections of older generations too
                    Interlocked.Add(ref _collections, Convert.ToInt32(counter["Increment"], System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        };
        source.Process();
    }
}
