using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Diagnostics;

namespace Svgx.Bench.Micro;

/// <summary>What all measurements of one operation and its message take together, with nobody who reads them and with a reader of every instrument.</summary>
[MemoryDiagnoser]
public class MetricsBenchmarks : IDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromMicroseconds(730);

    private MeterListener? _listener;
    private ServiceProvider? _services;
    private CollaborationMetrics _metrics = null!;
    private double _total;

    [Params(false, true)]
    public bool AreRead { get; set; }

    [GlobalSetup]
    public void Listen()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _metrics = new(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        if (!AreRead)
            return;
        _listener = new();
        _listener.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _total += value);
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => _total += value);
        _listener.Start();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _listener?.Dispose();
        _services?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void MeasureOperation()
    {
        _metrics.Received(180);
        _metrics.Validated(Duration);
        _metrics.Detected(Duration);
        _metrics.Operation("move");
        _metrics.Committed(1, Duration);
    }

    [Benchmark]
    public void MeasureDelivery()
    {
        _metrics.Sent(240);
        _metrics.Propagated(Duration);
    }
}
