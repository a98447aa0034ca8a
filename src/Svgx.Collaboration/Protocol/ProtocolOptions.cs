using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Protocol;

/// <summary>Bounds of connections. Bound from <c>Svgx:Protocol</c>; a value out of range stops startup.</summary>
public sealed class ProtocolOptions
{
    /// <summary>The stand-alone port; 0 turns it off. Default 8765.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8765;

    /// <summary>The address that the stand-alone port binds to. Default <c>localhost</c>.</summary>
    [Required]
    public string Host { get; set; } = "localhost";

    /// <summary>The largest message a client may send, in bytes, before its join at most 16 KiB; a larger one closes the connection with 1009. Default 1 MiB.</summary>
    [Range(1_024, 64 << 20)]
    public int MaxMessageBytes { get; set; } = 1 << 20;

    /// <summary>What may wait for one connection, in bytes, the document itself not counted; at the bound it is closed with 4408. Default 8 MiB.</summary>
    [Range(64 << 10, 1 << 30)]
    public int MaxOutboundBytes { get; set; } = 8 << 20;

    /// <summary>Connections in all; further ones are answered 503. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Connections of one address (of IPv6: of one /64), joined or not; further ones are answered 503. Behind a proxy all people share its address, unless the app reads forwarded headers. Default 5,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 5_000;

    /// <summary>Connections of one user that have joined; a further join is refused with <c>too_many_connections</c>. Default 200.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerUser { get; set; } = 200;

    /// <summary>Joins a minute from one address; beyond: <c>rate_limited</c>. Default 6,000.</summary>
    [Range(1, int.MaxValue)]
    public int JoinsPerMinute { get; set; } = 6_000;

    /// <summary>Refused tokens a minute from one address; beyond, a bad token is answered <c>rate_limited</c> and closes the connection with 4429. A good one is never affected. Default 300.</summary>
    [Range(1, int.MaxValue)]
    public int RefusedTokensPerMinute { get; set; } = 300;

    /// <summary>How many <c>activity</c>, and how many <c>preview</c> messages one user may send within <see cref="MessageWindow"/>; beyond: <c>rate_limited</c>. Default 6,000: ten tabs that send at every frame.</summary>
    [Range(1, int.MaxValue)]
    public int MaxHints { get; set; } = 6_000;

    /// <summary>How many <c>ping</c> messages, and how many of all other kinds together but operations, one user may send within <see cref="MessageWindow"/>; beyond: <c>rate_limited</c>. Default 1,000.</summary>
    [Range(1, int.MaxValue)]
    public int MaxRequests { get; set; } = 1_000;

    /// <summary>The sliding window of <see cref="MaxHints"/> and <see cref="MaxRequests"/>. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan MessageWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may stay without a join. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Joins that may be refused before the connection is closed with 4401. Default 5.</summary>
    [Range(1, 1_000)]
    public int MaxFailedJoins { get; set; } = 5;

    /// <summary>Messages that may be refused within <see cref="FloodWindow"/>, those of operations that the role does not allow among them; at the bound the connection is closed with 4429. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxRefusals { get; set; } = 1_000;

    /// <summary>The window of <see cref="MaxRefusals"/>. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FloodWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether <c>permessage-deflate</c> is agreed to with clients that offer it. Drawings, comments and versions are then compressed on their way, operations and presence never. Default true.</summary>
    public bool Compression { get; set; } = true;

    /// <summary>How often a silent connection is pinged, and how long it may stay silent after that. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The document of a join that names none, where its token names none either. Default: none.</summary>
    public Guid? DefaultDocumentId { get; set; }

    /// <summary>Origins, beside the app's own, whose pages may connect to <c>/ws</c>. Default: none.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}

/// <summary>Stops startup on a bad value.</summary>
[OptionsValidator]
public sealed partial class ProtocolOptionsValidator : IValidateOptions<ProtocolOptions>;
