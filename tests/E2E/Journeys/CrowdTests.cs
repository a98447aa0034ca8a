using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

/// <summary>Thirty others in one document, all of them moving.</summary>
public sealed class CrowdTests(Browsers browsers, SharedApp shared)
{
    private const string Plan = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 700" fill="#e6eef2" stroke="#48616d" stroke-width="4">
          <rect id="Hall" x="60" y="60" width="260" height="240"/><rect id="Store" x="380" y="60" width="240" height="160"/><rect id="Office" x="680" y="60" width="260" height="240"/>
          <rect id="Kitchen" x="60" y="380" width="260" height="260"/><rect id="Desk" x="440" y="340" width="120" height="80"/><rect id="Garage" x="680" y="380" width="260" height="260"/>
        </svg>
        """;

    private static readonly string[] Rooms = ["Hall", "Store", "Office", "Kitchen", "Garage"];

    private static readonly string[] People =
    [
        "Amara Okafor", "Björn Lindqvist", "Chloé Dubois", "Dmitri", "Esra Yılmaz", "Farah Haddad", "Giulia Conti", "Hiroshi Tanaka", "Ines", "Jomo Kariuki", "Katarzyna Wiśniewska-Nowakowska of the Ground Floor",
        "Liam", "Mei", "Noor", "Oluwaseun Adebayo", "Priya", "Quentin", "Rosa",
    ];

    private static readonly string[] Tools = ["Area check", "Bill of doors", "Cable finder", "Duct sizer", "Escape routes", "Fire zones", "Grid snap", "Heat loss", "Index", "Joint check", "Key plan", "Light levels"];

    [Fact, Trait("Rule", "R18")]
    public async Task Thirty_others_stay_readable_and_do_not_hold_up_the_one_who_draws()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.HomeAsync();
        await ada.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "Ground floor.svg", MimeType = "image/svg+xml", Buffer = System.Text.Encoding.UTF8.GetBytes(Plan) });
        var id = await ada.ArriveAsync();
        var guests = await Guest.InviteAsync(app, id, [.. People, .. Tools]);
        await using var crowd = new Crowd(guests);
        await Task.WhenAll(guests.Select((guest, i) => i < People.Length ? guest.JoinAsPersonAsync() : guest.JoinAsToolAsync()));
        await Task.WhenAll(guests.Select((guest, i) => guest.SelectAsync(Rooms[i % Rooms.Length])));
        crowd.Begin();

        // The bar shows some and how many more, the panel all of them, people first; names on the canvas never lie on each other.
        await Expect(ada.Page.Locator(".presence-more-wide")).ToHaveTextAsync("+27");
        await Expect(ada.Page.Locator(".presence-avatars")).ToHaveAttributeAsync("title", new Regex("^19 people and 12 tools are here: you, Amara Okafor"));
        await ada.TabAsync("People");
        var rows = ada.Page.Locator(".presence-person");
        await Expect(rows).ToHaveCountAsync(31);
        await Expect(rows.Nth(18)).ToContainTextAsync("Rosa");
        await Expect(rows.Nth(19)).ToContainTextAsync("Area check");
        await rows.Last.ScrollIntoViewIfNeededAsync();
        await Expect(rows.Last).ToContainTextAsync("Light levels");
        Assert.True(await ada.Page.EvaluateAsync<bool>("() => { const panel = document.querySelector('.side-panel-content'); return panel.scrollWidth <= panel.clientWidth; }"));
        await rows.First.ScrollIntoViewIfNeededAsync();
        await Expect(ada.Page.Locator(".canvas-cursor")).ToHaveCountAsync(30);
        await ReadableAsync(ada, atLeast: 15);
        await ada.PictureAsync("crowd");
        await ada.Page.SetViewportSizeAsync(390, 844);
        await ReadableAsync(ada, atLeast: 4);
        await ada.Page.SetViewportSizeAsync(1440, 900);

        // What she draws meanwhile ends where she let go.
        var desk = ada.Drawing.Locator("#Desk");
        var from = (await desk.BoundingBoxAsync())!;
        await ada.DragAsync(desk, 80, -60);
        await ada.SavedAsync();
        var to = (await desk.BoundingBoxAsync())!;
        Assert.InRange(to.X - from.X, 79, 81);
        Assert.InRange(to.Y - from.Y, -61, -59);
        Assert.Single(await ada.OperationsAsync(id), operation => operation.GetProperty("operation_type").GetString() == "move" && operation.GetProperty("element_id").GetString() == "Desk");

        // Those who rest leave an arrow.
        await crowd.StopAsync();
        await Expect(ada.Page.Locator(".canvas-cursor:not(.canvas-cursor-still)")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await ada.PictureAsync("crowd-still");
        Assert.Empty(ada.Errors);
    }

    /// <summary>So many names can be read, and none of them lies on another by more than a cursor moves between two frames.</summary>
    private static Task ReadableAsync(Person person, int atLeast) => person.Page.WaitForFunctionAsync("""
        atLeast => {
          const boxes = [...document.querySelectorAll('.canvas-cursor:not(.canvas-cursor-still, .canvas-cursor-crowded) span')].map(name => name.getBoundingClientRect());
          const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 8 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 8;
          return boxes.length >= atLeast && !boxes.some((a, i) => boxes.some((b, j) => j > i && meet(a, b)));
        }
        """, atLeast);

    /// <summary>Everybody's cursor on its own round, twenty steps a second.</summary>
    private sealed class Crowd(IReadOnlyList<Guest> guests) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopped = new();
        private Task _moving = Task.CompletedTask;

        public void Begin() => _moving = MoveAsync();

        public async Task StopAsync()
        {
            await _stopped.CancelAsync();
            await _moving;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            foreach (var guest in guests)
                await guest.DisposeAsync();
            _stopped.Dispose();
        }

        private async Task MoveAsync()
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            try
            {
                for (var step = 0; await pace.WaitForNextTickAsync(_stopped.Token); step++)
                {
                    for (var i = 0; i < guests.Count; i++)
                        await guests[i].MoveAsync(500 + (450 * Math.Sin((i * 2.4) + (step * 0.004))), 350 + (300 * Math.Cos((i * 1.7) + (step * 0.005))));
                }
            }
            catch (OperationCanceledException)
            {
                // They rest.
            }
        }
    }
}
