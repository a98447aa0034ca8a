using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <content>Versions and branches.</content>
internal abstract partial record SessionCommand
{
    /// <summary>Something about versions, asked by somebody whose rights were checked.</summary>
    public sealed record ChangeVersions(Seat From, VersionWork Work, TaskCompletionSource<VersionResult<VersionChange>> Reply) : SessionCommand;

    /// <summary>News for everybody here that came about elsewhere: in another branch, or beside the loop.</summary>
    public sealed record Announce(SessionEvent News) : SessionCommand;
}
