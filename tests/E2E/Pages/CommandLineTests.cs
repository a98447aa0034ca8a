using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.E2E.Pages;

public sealed class CommandLineTests(SharedApp shared)
{
    [Fact, Trait("Rule", "W19")]
    public async Task A_port_in_use_gives_one_line_that_names_port_and_setting_and_an_exit_code()
    {
        var app = await shared.StartAsync();
        var (web, webError) = await AppProcess.RunToEndAsync("--urls", app.Url, "--Svgx:Protocol:Port=0", $"--Svgx:DataFolder={Directory.CreateTempSubdirectory("svgx-e2e-").FullName}");
        Assert.NotEqual(0, web);
        Assert.Contains($"{app.WebPort}", Assert.Single(webError.Split('\n')), StringComparison.Ordinal);
        Assert.Contains("Urls", webError, StringComparison.Ordinal);
        var (protocol, protocolError) = await AppProcess.RunToEndAsync("--urls", $"http://localhost:{AppProcess.FreePort()}", $"--Svgx:Protocol:Port={app.ProtocolPort}", $"--Svgx:DataFolder={Directory.CreateTempSubdirectory("svgx-e2e-").FullName}");
        Assert.NotEqual(0, protocol);
        Assert.Contains($"{app.ProtocolPort}", Assert.Single(protocolError.Split('\n')), StringComparison.Ordinal);
        Assert.Contains("Svgx:Protocol:Port", protocolError, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "K20")]
    public async Task A_damaged_key_file_gives_one_line_that_names_it_and_an_exit_code()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-e2e-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        var file = Path.Combine(folder, "keys", "tokens.json");
        await File.WriteAllTextAsync(file, """{"keys":[""");
        foreach (var arguments in new string[][] { ["--urls", $"http://localhost:{AppProcess.FreePort()}", "--Svgx:Protocol:Port=0", $"--Svgx:DataFolder={folder}"], ["keys", "list", "--data", folder], ["keys", "rotate", "--data", folder] })
        {
            var (exitCode, error) = await AppProcess.RunToEndAsync(arguments);
            Assert.Equal(1, exitCode);
            Assert.Contains(file, Assert.Single(error.Split('\n')), StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory, Trait("Rule", "W33")]
    [InlineData("app.db")]
    [InlineData("collaboration.db")]
    [InlineData("migration.lock")]
    [InlineData("keys")]
    public async Task What_cannot_be_used_in_the_data_folder_gives_one_line_that_names_it_and_an_exit_code_at_once(string name)
    {
        var folder = Directory.CreateTempSubdirectory("svgx-e2e-").FullName;
        var path = Path.Combine(folder, name);
        if (name == "migration.lock")
            Directory.CreateDirectory(path); // as little a file that may be opened as one of another account is; root may open those
        else
            await File.WriteAllTextAsync(path, new string('?', 5000));
        foreach (var arguments in new string[][] { ["--urls", $"http://localhost:{AppProcess.FreePort()}", "--Svgx:Protocol:Port=0", $"--Svgx:DataFolder={folder}"], ["token", "--user", "ada@example.org", "--data", folder] })
        {
            var (exitCode, error) = await AppProcess.RunToEndAsync(arguments);
            Assert.Equal(1, exitCode);
            Assert.Contains(path, Assert.Single(error.Split('\n')), StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory, Trait("Rule", "W33")]
    [InlineData("Svgx:Proxies", "nginx")]
    [InlineData("Svgx:Protocol:Port", "many")]
    [InlineData("Svgx:Registration:Open", "perhaps")]
    [InlineData("Svgx:Api:RequestsPerMinute", "0")]
    [InlineData("Svgx:Account:PostsPerMinute", "0")]
    public async Task A_setting_that_is_not_valid_gives_one_line_that_names_it_and_an_exit_code(string setting, string value)
    {
        var folder = Directory.CreateTempSubdirectory("svgx-e2e-").FullName;
        var (exitCode, error) = await AppProcess.RunToEndAsync("--urls", $"http://localhost:{AppProcess.FreePort()}", $"--Svgx:DataFolder={folder}", $"--{setting}={value}");
        Assert.Equal(1, exitCode);
        Assert.Contains(setting.Split(':')[^1], Assert.Single(error.Split('\n')), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact, Trait("Rule", "W26"), Trait("Rule", "W34")]
    public async Task The_first_start_complains_of_nothing_a_second_server_on_the_data_folder_ends_at_once_and_a_killed_one_leaves_it_free()
    {
        await using var app = await AppProcess.StartAsync();
        Assert.Contains($"Svgx is at {app.Url}", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", app.Output, StringComparison.Ordinal);
        var (exitCode, error) = await AppProcess.RunToEndAsync("--urls", $"http://localhost:{AppProcess.FreePort()}", "--Svgx:Protocol:Port=0", $"--Svgx:DataFolder={app.Data}");
        Assert.Equal(1, exitCode);
        Assert.Contains($"{app.Data} is in use by another Svgx server", Assert.Single(error.Split('\n')), StringComparison.Ordinal);
        Assert.Equal(0, (await app.CommandAsync(null, "keys", "list")).ExitCode); // commands work beside a server
        await app.KillAsync();
        await app.RestartAsync();
    }

    [Fact, Trait("Rule", "W20"), Trait("Rule", "W5")]
    public async Task A_tool_with_a_token_from_the_command_line_imports_and_exports_over_http()
    {
        var app = await shared.StartAsync();
        var email = app.EmailOf("Ada");
        Assert.Equal(0, (await app.CommandAsync(Person.Password, "user", "add", "--email", email, "--name", "Ada", "--password-stdin")).ExitCode);
        Assert.NotEqual(0, (await app.CommandAsync("short", "user", "add", "--email", "eve@example.org", "--name", "Eve", "--password-stdin")).ExitCode);
        Assert.NotEqual(0, (await app.CommandAsync(null, "token", "--user", "nobody@example.org")).ExitCode);
        var json = JsonDocument.Parse((await app.CommandAsync(null, "token", "--user", email, "--json")).Output).RootElement;
        using var http = new HttpClient { BaseAddress = new(app.Url) };
        Assert.Equal(401, (int)(await http.GetAsync(new Uri("/api/documents", UriKind.Relative))).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", json.GetProperty("token").GetString());

        const string drawing = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:arx="http://arxos.io/svgx"><title>Ground floor</title><script>alert(1)</script><rect id="room" arx:use="office" width="10" height="10"/></svg>""";
        using var body = new StringContent(drawing, Encoding.UTF8, "image/svg+xml");
        using var created = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), body);
        Assert.Equal(201, (int)created.StatusCode);
        var answer = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("Ground floor", answer.GetProperty("name").GetString());
        Assert.Contains("script", Assert.Single(answer.GetProperty("removed").EnumerateArray()).GetProperty("what").GetString(), StringComparison.Ordinal);
        var svg = await http.GetStringAsync(new Uri($"/api/documents/{answer.GetProperty("id").GetString()}/svg", UriKind.Relative));
        Assert.Contains("""<rect id="room" arx:use="office" width="10" height="10"/>""", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("script", svg, StringComparison.Ordinal);

        using var broken = new StringContent("<svg xmlns=\"http://www.w3.org/2000/svg\">\n<g></svg>", Encoding.UTF8, "image/svg+xml");
        using var refused = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), broken);
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("malformed", problem.GetProperty("code").GetString());
        Assert.Equal(2, problem.GetProperty("line").GetInt32());

        // An import may be large; no other request may.
        using var large = new StringContent($"<svg xmlns=\"http://www.w3.org/2000/svg\"><desc>{new string('x', 2 << 20)}</desc></svg>", Encoding.UTF8, "image/svg+xml");
        using var taken = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), large);
        Assert.Equal(201, (int)taken.StatusCode);
        using var words = new StringContent($$"""{"name":"{{new string('x', 2 << 20)}}"}""", Encoding.UTF8, "application/json");
        using var tooLarge = await http.PatchAsync(new Uri($"/api/documents/{answer.GetProperty("id").GetString()}", UriKind.Relative), words);
        // A token may be for less than its user may, and shorter; and the command line makes administrators.
        var only = (await app.CommandAsync(null, "token", "--user", email, "--document", answer.GetProperty("id").GetString()!, "--role", "viewer", "--expires", "5m", "--json")).Output;
        using var viewing = new HttpClient { BaseAddress = new(app.Url) };
        viewing.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonDocument.Parse(only).RootElement.GetProperty("token").GetString());
        Assert.InRange(JsonDocument.Parse(only).RootElement.GetProperty("expires_at").GetDateTime(), DateTime.UtcNow.AddMinutes(3), DateTime.UtcNow.AddMinutes(5));
        using var seen = await viewing.GetAsync(new Uri($"/api/documents/{answer.GetProperty("id").GetString()}", UriKind.Relative));
        Assert.Equal(200, (int)seen.StatusCode);
        using var renaming = new StringContent("""{"name":"Mine"}""", Encoding.UTF8, "application/json");
        using var renamed = await viewing.PatchAsync(new Uri($"/api/documents/{answer.GetProperty("id").GetString()}", UriKind.Relative), renaming);
        Assert.Equal(403, (int)renamed.StatusCode);
        Assert.NotEqual(0, (await app.CommandAsync(null, "token", "--user", email, "--expires", "soon")).ExitCode);
        Assert.NotEqual(0, (await app.CommandAsync(null, "token", "--user", email, "--role", "king")).ExitCode);
        var root = app.EmailOf("Root");
        Assert.Equal(0, (await app.CommandAsync(Person.Password, "user", "add", "--email", root, "--name", "Root", "--admin", "--password-stdin")).ExitCode);
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/audit") { Headers = { Authorization = new("Bearer", (await app.CommandAsync(null, "token", "--user", root)).Output) } };
        using var trail = await http.SendAsync(asked);
        Assert.Equal(200, (int)trail.StatusCode);

        Assert.Equal((413, "too_large"), ((int)tooLarge.StatusCode, JsonDocument.Parse(await tooLarge.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString()));
    }

    [Fact, Trait("Rule", "W40")]
    public async Task Verify_says_what_is_sound_and_what_is_damaged_beside_a_running_server()
    {
        await using var app = await AppProcess.StartAsync();
        var (exitCode, output, _) = await app.CommandAsync(null, "verify");
        Assert.Equal((0, "0 documents checked: 0 sound, 0 damaged."), (exitCode, output));
        Assert.Equal(0, (await app.CommandAsync(Person.Password, "user", "add", "--email", "ada@example.org", "--name", "Ada", "--password-stdin")).ExitCode);
        using var http = new HttpClient { BaseAddress = new(app.Url) };
        var token = (await app.CommandAsync(null, "token", "--user", "ada@example.org")).Output;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (first, second) = (await DrawAsync(), await DrawAsync());

        (exitCode, output, _) = await app.CommandAsync(null, "verify");
        Assert.Equal(0, exitCode);
        Assert.Contains($"{first}  sound  1 operation, 1 version, 1 snapshot, 1 branch", output, StringComparison.Ordinal);
        Assert.EndsWith("2 documents checked: 2 sound, 0 damaged.", output, StringComparison.Ordinal);

        await using (var database = new SqliteConnection($"Data Source={app.Data}/collaboration.db;Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            // One bit of one byte.
            command.CommandText = "UPDATE Operations SET Changes = CAST(substr(Changes, 1, 20) || char(unicode(CAST(substr(Changes, 21, 1) AS TEXT)) + 1) || substr(Changes, 22) AS BLOB) WHERE DocumentId = $document";
            command.Parameters.AddWithValue("$document", Guid.Parse(first));
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }
        (exitCode, output, _) = await app.CommandAsync(null, "verify");
        Assert.Equal(1, exitCode);
        Assert.Contains($"{first}  DAMAGED", output, StringComparison.Ordinal);
        Assert.Contains("  operation 1 in branch main: It is not as it was stored", output, StringComparison.Ordinal);
        Assert.Contains($"{second}  sound", output, StringComparison.Ordinal);
        Assert.EndsWith("2 documents checked: 1 sound, 1 damaged.", output, StringComparison.Ordinal);
        Assert.Equal(1, (await app.CommandAsync(null, "verify", "--document", first)).ExitCode);
        Assert.Equal(0, (await app.CommandAsync(null, "verify", "--document", second)).ExitCode);

        Assert.Equal(2, (await app.CommandAsync(null, "verify", "--document", Guid.NewGuid().ToString())).ExitCode);
        Assert.Equal(2, (await app.CommandAsync(null, "verify", "--document", "plan")).ExitCode);
        Assert.Equal(2, (await app.CommandAsync(null, "verify", "--all")).ExitCode);
        var empty = Directory.CreateTempSubdirectory("svgx-e2e-");
        var (none, complaint) = await AppProcess.RunToEndAsync("verify", "--data", empty.FullName);
        Assert.Equal(2, none);
        Assert.Contains("There is no database", complaint, StringComparison.Ordinal);
        Assert.Empty(empty.GetFileSystemInfos());
        empty.Delete();

        async Task<string> DrawAsync()
        {
            using var made = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), null);
            var id = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
            await using var tool = await ProtocolClient.ConnectAsync(app.ProtocolPort);
            await tool.SendAsync(new { type = "join", token, document_id = id });
            await tool.NextAsync("current_state");
            await tool.SendAsync(new { type = "operation", operation_type = "create", element_id = "room", data = new { x = 1 } });
            await tool.NextAsync("operations");
            using var version = new StringContent("""{"description":"First"}""", Encoding.UTF8, "application/json");
            using var saved = await http.PostAsync(new Uri($"/api/documents/{id}/versions", UriKind.Relative), version);
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync());
            return id;
        }
    }

    [Fact, Trait("Rule", "K14")]
    public async Task The_command_line_rotates_keys_and_revokes_tokens_of_a_running_server()
    {
        await using var app = await AppProcess.StartAsync();
        Assert.Equal(0, (await app.CommandAsync(Person.Password, "user", "add", "--email", "ada@example.org", "--name", "Ada", "--password-stdin")).ExitCode);
        var first = JsonDocument.Parse((await app.CommandAsync(null, "token", "--user", "ada@example.org", "--json")).Output).RootElement;
        Assert.Equal(0, (await app.CommandAsync(null, "keys", "rotate")).ExitCode);
        var second = JsonDocument.Parse((await app.CommandAsync(null, "token", "--user", "ada@example.org", "--json")).Output).RootElement;
        Assert.Equal(200, await StatusAsync(first));
        Assert.Equal(200, await StatusAsync(second));
        var document = await CreateAsync(first);
        await using var onFirst = await JoinAsync(first);
        await using var onSecond = await JoinAsync(second);

        Assert.NotEqual(0, (await app.CommandAsync(null, "token", "revoke")).ExitCode);
        Assert.NotEqual(0, (await app.CommandAsync(null, "token", "revoke", "--id", "nothing")).ExitCode);
        Assert.Equal(0, (await app.CommandAsync(null, "token", "revoke", "--id", second.GetProperty("token_id").GetString()!)).ExitCode);
        Assert.Equal(4401, await onSecond.ClosedAsync()); // from then on it is known to the server
        Assert.Equal(401, await StatusAsync(second));
        Assert.Equal(200, await StatusAsync(first));

        var list = (await app.CommandAsync(null, "keys", "list")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, list.Length);
        Assert.EndsWith("signs", list[0], StringComparison.Ordinal);
        Assert.NotEqual(0, (await app.CommandAsync(null, "keys", "remove", list[0].Split(' ')[0])).ExitCode);
        Assert.Equal(0, (await app.CommandAsync(null, "keys", "remove", list[1].Split(' ')[0])).ExitCode);
        Assert.Equal(4401, await onFirst.ClosedAsync());
        Assert.Equal(401, await StatusAsync(first));

        HttpClient With(JsonElement token)
        {
            var http = new HttpClient { BaseAddress = new(app.Url) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("token").GetString());
            return http;
        }

        async Task<string> CreateAsync(JsonElement token)
        {
            using var http = With(token);
            using var made = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), null);
            return JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
        }

        async Task<ProtocolClient> JoinAsync(JsonElement token)
        {
            var client = await ProtocolClient.ConnectAsync(app.ProtocolPort);
            await client.SendAsync(new { type = "join", token = token.GetProperty("token").GetString(), document_id = document });
            await client.NextAsync("current_state");
            return client;
        }

        async Task<int> StatusAsync(JsonElement token)
        {
            using var http = With(token);
            return (int)(await http.GetAsync(new Uri("/api/documents", UriKind.Relative))).StatusCode;
        }
    }
}
