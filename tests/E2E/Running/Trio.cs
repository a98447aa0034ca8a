namespace Svgx.Tests.E2E.Running;

/// <summary>Ada, Ben and Cem with one drawing of Ada's open: Ben draws with her, Cem looks on.</summary>
public sealed class Trio : IAsyncDisposable
{
    private Trio(Person ada, Person ben, Person cem, string documentId) => (Ada, Ben, Cem, DocumentId) = (ada, ben, cem, documentId);

    public Person Ada { get; }

    public Person Ben { get; }

    public Person Cem { get; }

    public string DocumentId { get; }

    /// <param name="browsers">The run's browser.</param>
    /// <param name="app">The app.</param>
    /// <param name="line">Ben's own line to the app, where he goes offline; ends with him.</param>
    public static async Task<Trio> MeetAsync(Browsers browsers, AppProcess app, NetworkLine? line = null)
    {
        var people = await Task.WhenAll(
            Person.RegisterAsync(browsers, app, "Ada"),
            Person.RegisterAsync(browsers, app, "Ben", line: line),
            Person.RegisterAsync(browsers, app, "Cem"));
        var (ada, ben, cem) = (people[0], people[1], people[2]);
        var id = await ada.CreateAsync();
        await ada.GiveAsync(id, ben, "editor");
        await ada.GiveAsync(id, cem, "viewer");
        await ben.OpenAsync(id); // one after the other: the order in which they came is told
        await cem.OpenAsync(id);
        return new(ada, ben, cem, id);
    }

    public void Deconstruct(out Person ada, out Person ben, out Person cem, out string documentId) => (ada, ben, cem, documentId) = (Ada, Ben, Cem, DocumentId);

    /// <summary>No browser has complained of anything.</summary>
    public void AssertNoErrors() => Assert.Empty(Ada.Errors.Concat(Ben.Errors).Concat(Cem.Errors));

    public async ValueTask DisposeAsync()
    {
        await Ada.DisposeAsync();
        await Ben.DisposeAsync();
        await Cem.DisposeAsync();
    }
}
