using System.Text.Json.Serialization;

namespace Svgx.Web.Components.Canvas;

/// <summary>How the canvas stands with the server. Its own socket decides, not the Blazor circuit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CanvasConnection>))]
public enum CanvasConnection
{
    /// <summary>Joining for the first time; nothing is drawn yet.</summary>
    Connecting,

    /// <summary>Joined: edits go out and come in.</summary>
    Live,

    /// <summary>The connection is lost and being tried again; edits are kept and sent on return.</summary>
    Offline,

    /// <summary>The document cannot be joined; <see cref="CanvasState.Code"/> and <see cref="CanvasState.Reason"/> say why.</summary>
    Refused,
}
