namespace Svgx.Collaboration.Engine;

/// <summary>The engine's figures at one moment.</summary>
/// <param name="OpenSessions">Document branches in memory.</param>
/// <param name="Participants">Connections that are in a document.</param>
/// <param name="Operations">Operations made durable since the start.</param>
/// <param name="Refusals">Operations refused since the start.</param>
/// <param name="Uptime">Since the engine was made.</param>
public sealed record EngineStatistics(int OpenSessions, long Participants, long Operations, long Refusals, TimeSpan Uptime);
