using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Svgx.Tests.E2E.Running;

/// <summary>The real app in a process of its own, on free ports and a temporary data folder: it can be killed and started again.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private const int FirstPort = 20_000;
    private const int Ports = 10_000;

    private static int _portsGiven;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentDictionary<string, int> _people = new(StringComparer.Ordinal);
    /// <summary>The data folder, until it is disposed of.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("svgx-e2e-").FullName;
    private Process? _process;

    private AppProcess()
    {
        (WebPort, ProtocolPort) = (FreePort(), FreePort());
        Url = $"http://localhost:{WebPort}";
    }

    public string Url { get; }

    public int WebPort { get; }

    public int ProtocolPort { get; }

    /// <summary>An address that nobody in this app has yet.</summary>
    public string EmailOf(string name)
    {
        var namesakes = _people.AddOrUpdate(name, 1, (_, former) => former + 1);
        return $"{name.ToLowerInvariant()}{(namesakes == 1 ? "" : $"{namesakes}")}@example.org";
    }

    /// <summary>What the process has printed.</summary>
    public string Output => string.Join('\n', _output);

    public static async Task<AppProcess> StartAsync()
    {
        var app = new AppProcess();
        await app.RestartAsync();
        return app;
    }

    public async Task RestartAsync()
    {
        // All people of the run come from one address, a hundred in some minutes.
        _process = Launch(["--urls", Url, $"--Svgx:Protocol:Port={ProtocolPort}", $"--Svgx:DataFolder={Data}", "--Svgx:Account:PostsPerMinute=1000"]);
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"{Url}/health/live"), patience.Token)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(50, patience.Token); // there is no event for "listens now" to wait on
            }
            if (_process.HasExited)
                throw new InvalidOperationException($"The app ended while starting:\n{Output}");
        }
    }

    /// <summary>Ends it as a crash would: SIGKILL, no clean-up.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Ends it in good order, as a service manager does: SIGTERM. Returns its exit code; fails where it takes as long as the host would wait for lines that stay open.</summary>
    public async Task<int> StopAsync()
    {
        using (var term = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
            await term.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        await _process.WaitForExitAsync(patience.Token);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    /// <summary>Runs a command of the executable on the same data folder.</summary>
    public async Task<(int ExitCode, string Output, string Error)> CommandAsync(string? input, params string[] arguments)
    {
        using var process = Launch([.. arguments, "--data", Data], input is not null);
        if (input is not null)
        {
            await process.StandardInput.WriteLineAsync(input);
            process.StandardInput.Close();
        }
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).Trim(), (await error).Trim());
    }

    /// <summary>Runs the app with arguments of one's own until it ends.</summary>
    public static async Task<(int ExitCode, string Error)> RunToEndAsync(params string[] arguments)
    {
        using var process = Launch(arguments);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = await process.StandardError.ReadToEndAsync(patience.Token);
        await output;
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, error.Trim());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>
    /// A port that nothing listens on, each time another one. Below those that systems give to outgoing connections: of these one could be taken by a browser before the app that it is meant for listens on it.
    /// </summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < Ports; tries++)
        {
            var port = FirstPort + ((Interlocked.Increment(ref _portsGiven) + Environment.ProcessId) % Ports);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's: the next.
            }
        }
        throw new InvalidOperationException("No port is free.");
    }

    private static Process Launch(string[] arguments, bool input = false)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SvgxBlazor.sln")))
            root = root.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        var project = Path.Combine(root.FullName, "src", "Svgx.Web");
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(project, "bin", configuration, "net10.0", "Svgx.Web.dll"), .. arguments])
        {
            WorkingDirectory = project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input,
            UseShellExecute = false,
            // An app of a test lives for seconds: what makes one fast that lives for days only keeps these waiting. (Read as hexadecimal.)
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountThreshold"] = "300", ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
        return Process.Start(start)!;
    }
}
