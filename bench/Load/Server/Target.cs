using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Svgx.Bench.Load.Server;

/// <summary>The server under load: one started for the run, or one that runs already.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly Accounts? _accounts;
    private readonly HttpClient _http;

    private Target(Uri web, Uri socket, IReadOnlyList<string> tokens, AppProcess? app, Accounts? accounts)
    {
        (Socket, Tokens, App, _accounts) = (socket, tokens, app, accounts);
        _http = new() { BaseAddress = web };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[0]);
    }

    /// <summary>Where the protocol is spoken.</summary>
    public Uri Socket { get; }

    /// <summary>One for each account; the clients take them in turn.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The process, where it was started for the run.</summary>
    public AppProcess? App { get; }

    public static async Task<Target> StartAsync(string assembly, int accounts, string[] settings, bool pinned, CancellationToken cancellationToken)
    {
        var app = await AppProcess.StartAsync(assembly, settings, pinned, cancellationToken);
        var people = await Accounts.CreateAsync(app.DataFolder, accounts, cancellationToken);
        return new(app.Url, new($"ws://127.0.0.1:{app.ProtocolPort}/"), people.Tokens, app, people);
    }

    public static Target Running(Uri web, int protocolPort, string token) =>
        new(web, new($"ws://{web.Host}:{protocolPort}/"), [token], app: null, accounts: null);

    /// <summary>Makes documents of so many rectangles, <c>e0</c>, <c>e1</c> and so on, that all accounts may edit.</summary>
    public async Task<Guid[]> CreateDocumentsAsync(int count, int elements, CancellationToken cancellationToken)
    {
        var documents = new Guid[count];
        for (var i = 0; i < count; i++)
        {
            using var body = new StringContent(Drawing(elements), Encoding.UTF8, "image/svg+xml");
            using var answer = await _http.PostAsync(new Uri("/api/documents", UriKind.Relative), body, cancellationToken);
            answer.EnsureSuccessStatusCode();
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            documents[i] = json.RootElement.GetProperty("id").GetGuid();
            if (_accounts is not null)
                await _accounts.ShareAsync(documents[i], cancellationToken);
        }
        return documents;
    }

    /// <summary>The journal of a document, as operation ids with their revisions, in order.</summary>
    public async Task<List<(string OperationId, long Revision)>> ReadJournalAsync(Guid document, CancellationToken cancellationToken)
    {
        var journal = new List<(string, long)>();
        for (long after = 0; ;)
        {
            using var page = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"/api/documents/{document}/operations?after={after.ToString(CultureInfo.InvariantCulture)}", UriKind.Relative), cancellationToken));
            var count = journal.Count;
            foreach (var operation in page.RootElement.GetProperty("operations").EnumerateArray())
                journal.Add((operation.GetProperty("operation_id").GetString()!, operation.GetProperty("revision").GetInt64()));
            if (journal.Count == count)
                return journal;
            after = page.RootElement.GetProperty("next_after").GetInt64();
        }
    }

    public Task<string> ReadSvgAsync(Guid document, CancellationToken cancellationToken) => _http.GetStringAsync(new Uri($"/api/documents/{document}/svg", UriKind.Relative), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_accounts is not null)
            await _accounts.DisposeAsync();
        if (App is not null)
            await App.DisposeAsync();
    }

    private static string Drawing(int elements)
    {
        var svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4000\" height=\"4000\">");
        for (var i = 0; i < elements; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<rect id=\"e{i}\" x=\"{i % 100 * 40}\" y=\"{i / 100 * 40 % 4000}\" width=\"30\" height=\"30\" fill=\"#{i * 7919 % 0x1000000:x6}\"/>");
        return svg.Append("</svg>").ToString();
    }
}
