using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Svgx.Collaboration.Client;

/// <summary>Where a <see cref="CollaborationClient"/> connects, as whom, and what it may hold. Read once, when the client is made.</summary>
public sealed class CollaborationClientOptions
{
    /// <summary>The server. Default <c>ws://localhost:8765/</c>.</summary>
    public Uri Server { get; set; } = new("ws://localhost:8765/");

    /// <summary>
    /// Who the client is; asked anew for every connection, so that it can fetch a fresh token when one has expired. Required, unless <see cref="ConfigureSocket"/> signs in otherwise.
    /// An exception counts as a failed connection and is tried again, as does no token within <see cref="ConnectTimeout"/>; one that comes later is not used.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? Token { get; set; }

    /// <summary>The document. Default: the token's, else the server's default document.</summary>
    public Guid? DocumentId { get; set; }

    /// <summary>The branch to join first; <see cref="CollaborationClient.SwitchBranchAsync"/> goes over to another. Default <c>main</c>.</summary>
    public string Branch { get; set; } = "main";

    /// <summary>The name that others see, at most 100 characters. Default: the account's.</summary>
    public string? Username { get; set; }

    /// <summary>Names this client across reconnects. Default: the token's session, else a new name.</summary>
    public string? SessionId { get; set; }

    /// <summary>Features to name beside those that the client itself makes use of. What they bring arrives as <see cref="ClientEvent.MessageReceived"/>. Default: none.</summary>
    public IList<string> Features { get; } = [];

    /// <summary>
    /// Own operations that may wait for the server, while it is away or slow; one more is refused with <c>queue_full</c> and not shown. Default 20,000.
    /// </summary>
    public int MaxPendingOperations { get; set; } = 20_000;

    /// <summary>The same bound in bytes of JSON. Default 64 MiB.</summary>
    public long MaxPendingBytes { get; set; } = 64 << 20;

    /// <summary>Events that may wait for one reader; beyond it the oldest are dropped and <see cref="ClientEvent.EventsMissed"/> says so. Default 4,096.</summary>
    public int MaxWaitingEvents { get; set; } = 4_096;

    /// <summary>The largest message taken from the server, in bytes; a larger one ends the connection. Default 64 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 64 << 20;

    /// <summary>The wait before the first new attempt; each further one is twice as long, and a random half of it is left out so that clients do not return all at once. Default 250 ms.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between attempts. Default 10 s.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt, from connecting to the answer to the join, may take. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silent connection is pinged, and how long it may stay silent after that before it counts as lost. Default 15 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Changes the socket before it connects: headers, cookies, a proxy, certificates. Default: nothing.</summary>
    public Action<ClientWebSocketOptions>? ConfigureSocket { get; set; }

    /// <summary>The clock of waits. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where losses and refusals are logged. Default: nowhere.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Uses one token for every connection.</summary>
    /// <returns>These options.</returns>
    public CollaborationClientOptions WithToken(string token)
    {
        Token = _ => ValueTask.FromResult(token);
        return this;
    }
}
