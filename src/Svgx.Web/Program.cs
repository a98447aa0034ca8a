using Svgx.Collaboration.Security;
using Svgx.Web.CommandLine;
using Svgx.Web.Hosting;

return await SvgxCommand.RunAsync(args);

/// <summary>The app. A server without arguments; the admin's command line with them.</summary>
public partial class Program
{
    /// <summary>Builds and runs the web app until it is told to stop.</summary>
    /// <returns>The process's exit code.</returns>
    internal static async Task<int> ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        await using var app = builder.AddSvgx().AddSvgxWeb().Build();
        app.UseSvgx();
        await app.Services.PrepareDataAsync();
        app.Lifetime.ApplicationStarted.Register(() => StartMessage.Write(app));
        try
        {
            await app.Services.GetRequiredService<KeyRing>().ListAsync(); // made at the first start; damaged, no tool gets in, which is better known now
            await app.RunAsync();
            return 0;
        }
        catch (PortInUseException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
        }
        catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(error.Message);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return 0; // told to stop before it had started: that is no fault
        }
        catch (IOException error) when (PortInUseException.IsCause(error))
        {
            await Console.Error.WriteLineAsync(new PortInUseException(StartMessage.Address(error, app), "Urls", error).Message);
        }
        return 1;
    }
}
