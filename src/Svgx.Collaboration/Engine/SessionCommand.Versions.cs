using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <content>Versions and branches.</content>
internal abstract partial record SessionCommand
{
    /// <summary>Something about versions, asked by somebody whose rights were checked.</summary>
    public sealed record ChangeVersions(Seat From, VersionWork Work, TaskCompletionSource<VersionResult<VersionChange>> Reply) : SessionCommand;
}
