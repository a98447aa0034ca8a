using Microsoft.Extensions.Options;

namespace Svgx.Web.Hosting;

/// <summary>What keeps the app from starting and is for whoever runs it to put right. The message says what it is about and what to do, in one line.</summary>
internal class StartException(string message, Exception? inner = null) : Exception(message.ReplaceLineEndings(" "), inner)
{
    /// <summary>A setting that cannot be read or is out of its bounds.</summary>
    public static StartException OfSetting(Exception error) => new(error switch
    {
        OptionsValidationException invalid => $"A setting is not valid. {string.Join(' ', invalid.Failures)}",
        AggregateException several => $"Settings are not valid. {string.Join(' ', several.InnerExceptions.Select(each => each.Message))}",
        _ => $"A setting cannot be read. {error.Message}",
    }, error);

    /// <summary>A file or folder of the data folder that cannot be used.</summary>
    public static StartException OfData(Exception error, string folder) => new(error switch
    {
        UnauthorizedAccessException => $"{error.Message} The account that runs Svgx must own the data folder {folder} and all in it; another folder is named with the setting Svgx:DataFolder.",
        _ => $"{error.Message} (Svgx:DataFolder is {folder}.)",
    }, error);
}
