namespace Svgx.Collaboration.Storage;

/// <summary>The last change of a drawing.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="UserId">Who made it.</param>
/// <param name="Username">Their shown name at the time.</param>
public sealed record LastChange(DateTime At, string UserId, string Username);
