using System.Diagnostics;

namespace Svgx.Collaboration.Diagnostics;

/// <summary>The traces: source <c>Svgx.Collaboration</c>. Where nobody listens a span costs one comparison.</summary>
internal static class CollaborationActivity
{
    public const string SourceName = "Svgx.Collaboration";
    public const string Join = "svgx.join";
    public const string Turn = "svgx.turn";
    public const string Commit = "svgx.commit";

    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>A span without parent: sessions and the journal work for many requests at once.</summary>
    public static Activity? Start(string name) => Source.HasListeners() ? Source.StartActivity(name, ActivityKind.Internal, default(ActivityContext)) : null;

    public static void Failed(this Activity? activity, Exception error) => activity?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
}
