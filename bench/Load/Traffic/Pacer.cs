using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Svgx.Bench.Load.Traffic;

/// <summary>Calls at the due time of each operation, on a thread of its own. Where it falls behind it catches up at once; nothing is skipped.</summary>
internal static partial class Pacer
{
    /// <summary>Returns how late the calls were.</summary>
    public static Task<LatencyHistogram> RunAsync(Flights flights, Action<int> send, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<LatencyHistogram>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(Run(flights, send, cancellationToken));
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        { Name = "pacer", IsBackground = true };
        thread.Start();
        return done.Task;
    }

    private static LatencyHistogram Run(Flights flights, Action<int> send, CancellationToken cancellationToken)
    {
        var lateness = new LatencyHistogram();
        for (var operation = 0; operation < flights.Plan.Operations; operation++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PauseUntil(flights.DueAt(operation));
            if (flights.IsMeasured(operation))
                lateness.Record(flights.Since(operation, Stopwatch.GetTimestamp()));
            send(operation);
        }
        return lateness;
    }

    /// <summary>A pause of microseconds: .NET's own have a grain of a millisecond, which at 1,000 operations a second would be half of what is measured.</summary>
    private static void PauseUntil(long due)
    {
        while (due - Stopwatch.GetTimestamp() is var ticks and > 0)
        {
            var pause = TimeSpan.FromSeconds(ticks / (double)Stopwatch.Frequency);
            if (OperatingSystem.IsLinux())
                _ = NanoSleep(new((nint)pause.TotalSeconds, (nint)(pause.Ticks % TimeSpan.TicksPerSecond * 100)), 0);
            else
                Thread.Sleep(pause);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
