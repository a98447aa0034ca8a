using System.Diagnostics;
using Microsoft.Playwright;

namespace Svgx.Tests.E2E.Running;

/// <summary>The one browser of the run. Where the machine has none, it gets one, and says so; where that fails, the tests fail.</summary>
public sealed class Browsers : IAsyncLifetime
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic", "--disable-gpu"];

    /// <summary>How long an expectation and an action are waited for, in milliseconds.</summary>
    public const float PatienceMs = 20_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("The browser has not been started.");

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMs); // what never comes fails all the same, and a busy machine is no failure
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Find(_playwright) ?? Get(_playwright), Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) // where none could be had, that is the failure to show
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>One without windows is preferred: it keeps no processes ready for tabs that nobody opens.</summary>
    private static string? Find(IPlaywright playwright) =>
        new[] { Environment.GetEnvironmentVariable("SVGX_CHROMIUM"), "/usr/bin/chromium-headless-shell", "/usr/bin/chromium", playwright.Chromium.ExecutablePath }.FirstOrDefault(File.Exists);

    private static string Get(IPlaywright playwright)
    {
        Console.WriteLine("No browser was found for the end-to-end tests; installing one.");
        try
        {
            Microsoft.Playwright.Program.Main(["install", "chromium"]);
        }
        catch (Exception error)
        {
            Console.WriteLine($"Playwright could not install its own: {error.Message}");
        }
        if (Find(playwright) is null && OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/apt-get"))
        {
            Console.WriteLine("Installing the distribution's chromium.");
            const string Install = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq fonts-dejavu-core";
            using var install = Process.Start("/bin/sh", ["-c", $"apt-get update -qq && {{ {Install} chromium-headless-shell || {Install} chromium; }} >&2"]);
            install.WaitForExit();
        }
        return Find(playwright) ?? throw new InvalidOperationException(
            "The end-to-end tests need Chromium and none could be installed. Install it (on Debian: apt-get install chromium-headless-shell), or name its path in SVGX_CHROMIUM.");
    }
}
