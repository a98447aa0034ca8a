using Microsoft.AspNetCore.Components;

namespace Svgx.Web.Components.Account;

/// <summary>Sends a signed-in person on, to a page of this app and nowhere else.</summary>
internal sealed class IdentityRedirectManager(NavigationManager navigation)
{
    public void RedirectTo(string? uri)
    {
        uri ??= "";
        if (!Uri.IsWellFormedUriString(uri, UriKind.Relative) || uri.StartsWith("//", StringComparison.Ordinal) || uri.StartsWith("/\\", StringComparison.Ordinal))
            uri = "";
        navigation.NavigateTo(uri);
    }
}
