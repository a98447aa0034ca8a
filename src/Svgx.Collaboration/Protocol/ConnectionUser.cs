namespace Svgx.Collaboration.Protocol;

/// <summary>A user whom the host has signed in, as by its cookie.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Username">The name to show.</param>
public sealed record ConnectionUser(string UserId, string Username)
{
    /// <summary>Cancelled when the sign-in is not good any more: the connection is closed, and whoever comes back is asked again. Default: never.</summary>
    public CancellationToken SignInEnded { get; init; }
}
