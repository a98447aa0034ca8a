namespace Svgx.Collaboration.Client;

/// <summary>The connection was lost while an answer was awaited: whether the server has carried the request out is not known.</summary>
public sealed class RequestLostException() : Exception("The connection was lost before the server answered.");
