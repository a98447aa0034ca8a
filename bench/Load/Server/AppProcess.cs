using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Svgx.Bench.Load.Server;

/// <summary>The app in a process of its own, on free ports and a temporary data folder. It can be killed and started again.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private const int KeptLines = 200;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _assembly;
    private readonly string[] _settings;
    private readonly bool _pinned;
    private Process? _process;

    private AppProcess(string assembly, string[] settings, bool pinned)
    {
        (_assembly, _settings, _pinned) = (Path.GetFullPath(assembly), settings, pinned);
        (WebPort, ProtocolPort) = (FreePort(), FreePort());
    }

    public int WebPort { get; }

    public int ProtocolPort { get; }

    public Uri Url => new($"http://127.0.0.1:{WebPort}");

    public string DataFolder { get; } = Directory.CreateTempSubdirectory("svgx-load-").FullName;

    /// <summary>The process that serves.</summary>
    public Process Process => _process ?? throw new InvalidOperationException("The app does not run.");

    public static async Task<AppProcess> StartAsync(string assembly, string[] settings, bool pinned, CancellationToken cancellationToken)
    {
        var app = new AppProcess(assembly, settings, pinned);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_assembly))
            throw new InvalidOperationException($"{_assembly} is missing: build it with dotnet build -c {SourceTree.Configuration}.");
        string[] arguments =
        [
            _assembly, "--urls", $"http://127.0.0.1:{WebPort}", "--Svgx:Protocol:Host=127.0.0.1", $"--Svgx:Protocol:Port={ProtocolPort}", $"--Svgx:DataFolder={DataFolder}",
            .. _settings.Select(setting => "--" + setting),
        ];
        // taskset becomes the program it starts, so that the process id is the server's.
        var (program, all) = _pinned ? Pinning.OnServerCore(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", arguments) : ("dotnet", arguments);
        _process = Process.Start(new ProcessStartInfo(program, all) { WorkingDirectory = SourceTree.AppFolder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilServingAsync(cancellationToken);
    }

    /// <summary>Ends it as a crash would: SIGKILL, no clean-up.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync(CancellationToken.None);
        Process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        Directory.Delete(DataFolder, recursive: true);
    }

    private async Task WaitUntilServingAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Url };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health/live", UriKind.Relative), patience.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!Process.HasExited)
            {
                // There is no event for "listens now" to wait on.
            }
            if (Process.HasExited)
                throw new InvalidOperationException($"The app ended while starting:\n{string.Join('\n', _output)}");
            await Task.Delay(50, patience.Token);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        while (_output.Count > KeptLines && _output.TryDequeue(out _))
        {
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
