namespace Svgx.Web.Identity;

/// <summary>Who may make an account, bound from <c>Svgx:Registration</c>.</summary>
internal sealed class RegistrationOptions
{
    /// <summary>
    /// Whether anybody who reaches the app may register. Default true. When false, accounts are made on the command line (<c>user add</c>); the very first can be registered all the same, or nobody could ever get in.
    /// </summary>
    public bool Open { get; set; } = true;
}
