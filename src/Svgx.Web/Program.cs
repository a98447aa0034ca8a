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
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            await using var hold = await AppServices.HoldDataAsync(builder.DataFolder()); // until the app is disposed of, which writes to the end
            await using var app = builder.AddSvgx().AddSvgxWeb().Build();
            app.Services.RequireSettings();
            app.UseSvgx();
            await app.Services.PrepareDataAsync(builder.DataFolder());
            await app.Services.GetRequiredService<KeyRing>().ListAsync(); // made at the first start; damaged, no tool gets in, which is better known now
            app.Lifetime.ApplicationStarted.Register(() => StartMessage.Write(app));
            await RunAsync(app);
            return 0;
        }
        catch (Exception error) when (error is StartException or InvalidDataException or UnauthorizedAccessException)
        {
            return await SvgxCommand.FailAsync(error.Message);
        }
    }

    private static async Task RunAsync(WebApplication app)
    {
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it had started: that is no fault.
        }
        catch (IOException error) when (PortInUseException.IsCause(error))
        {
            throw new PortInUseException(StartMessage.Address(error, app), "Urls", error);
        }
    }
}
