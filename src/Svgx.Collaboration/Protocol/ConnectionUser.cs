namespace Svgx.Collaboration.Protocol;

/// <summary>A user whom the host has signed in, as by its cookie.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Username">The name to show.</param>
public sealed record ConnectionUser(string UserId, string Username);
