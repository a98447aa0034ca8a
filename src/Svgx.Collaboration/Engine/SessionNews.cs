namespace Svgx.Collaboration.Engine;

/// <summary>What a session tells its engine; called on its loop, to return at once.</summary>
internal sealed record SessionNews(Action<DocumentSession> Ended, Action<Guid> PresenceChanged, Action<Guid> ConflictsChanged);
