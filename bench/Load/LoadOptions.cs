using System.CommandLine;
using System.CommandLine.Parsing;
using Svgx.Bench.Load.Server;
using Svgx.Bench.Load.Traffic;

namespace Svgx.Bench.Load;

/// <summary>The options that several commands share.</summary>
internal sealed class LoadOptions
{
    public Option<int> Clients { get; } = new("--clients") { DefaultValueFactory = _ => 100, Description = "WebSocket clients, each an account of its own." };

    public Option<int> Documents { get; } = new("--documents") { DefaultValueFactory = _ => 1, Description = "Documents that the clients are spread over." };

    public Option<int> Rate { get; } = new("--rate") { DefaultValueFactory = _ => 1_000, Description = "Operations a second, of all clients together." };

    public Option<int> Seconds { get; } = new("--seconds") { DefaultValueFactory = _ => 30, Description = "How long is measured." };

    public Option<int> Warmup { get; } = new("--warmup") { DefaultValueFactory = _ => 10, Description = "Seconds of the same load before that, which do not count: the server compiles its hot path meanwhile." };

    public Option<int> Elements { get; } = new("--elements") { DefaultValueFactory = _ => 1_000, Description = "Elements in each document. Every client moves elements of its own." };

    public Option<bool> Plain { get; } = new("--plain") { Description = "Clients of the plain protocol: they name no features." };

    public Option<string?> Url { get; } = new("--url") { Description = "A server that runs already, such as http://localhost:5000. It is loaded as it is: pinning and memory are its host's." };

    public Option<int> Port { get; } = new("--port") { DefaultValueFactory = _ => 8765, Description = "The protocol port of that server." };

    public Option<string?> Token { get; } = new("--token") { Description = "A token for that server, not limited to a document. All clients are its user." };

    public Option<string[]> Settings { get; } = new("--set") { Description = "A setting for the app that is started, such as Svgx:Storage:Synchronous=Normal. May stand several times.", AllowMultipleArgumentsPerToken = true };

    public Option<string> App { get; } = new("--app") { DefaultValueFactory = _ => SourceTree.AppAssembly, Description = "The assembly of another build of the app, to compare the two." };

    public Option<bool> Unpinned { get; } = new("--unpinned") { Description = "Leaves server and generator on all cores. Else, where there are two cores and taskset, the server has the first and the generator the second." };

    public void AddServerTo(Command command)
    {
        foreach (var option in new Option[] { Url, Port, Token, App, Settings, Unpinned })
            command.Options.Add(option);
    }

    public void AddTrafficTo(Command command)
    {
        foreach (var option in new Option[] { Clients, Documents, Seconds, Warmup, Elements, Plain })
            command.Options.Add(option);
        foreach (var option in new[] { Clients, Documents, Seconds, Elements })
            option.Validators.Add(RequirePositive);
    }

    public TrafficPlan PlanOf(ParseResult parsed, int rate) => new(
        parsed.GetValue(Clients), Math.Min(parsed.GetValue(Documents), parsed.GetValue(Clients)), rate, TimeSpan.FromSeconds(parsed.GetValue(Warmup)), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), parsed.GetValue(Elements), parsed.GetValue(Plain));

    /// <summary>Starts the app, or takes the one that was named.</summary>
    public async Task<Target> TargetOfAsync(ParseResult parsed, int accounts, CancellationToken cancellationToken)
    {
        var pin = !parsed.GetValue(Unpinned) && parsed.GetValue(Url) is null && Pinning.IsPossible;
        if (pin)
            await Pinning.PinThisProcessAsync();
        return parsed.GetValue(Url) is { } url
            ? Target.Running(new(url), parsed.GetValue(Port), parsed.GetValue(Token) ?? throw new InvalidOperationException("A running server needs a --token."))
            : await Target.StartAsync(parsed.GetRequiredValue(App), accounts, parsed.GetValue(Settings) ?? [], pin, cancellationToken);
    }

    private static void RequirePositive(OptionResult result)
    {
        if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1)
            result.AddError($"{result.IdentifierToken?.Value} must be at least 1.");
    }
}
