using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Svgx.Web.Components;

/// <summary>Opens one dialog at a time: what is pressed twice before the page has answered the first press opens once. For the component's own dispatcher only.</summary>
public sealed class OneDialog
{
    private bool _isOpen;

    /// <summary>Opens a dialog, unless one is open.</summary>
    /// <param name="dialogs">Where it is opened.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="parameters">What it takes.</param>
    /// <param name="options">What it looks like.</param>
    /// <returns>How it ended; <see langword="null"/> where it was not opened.</returns>
    public async Task<DialogResult?> ShowAsync<TDialog>(IDialogService dialogs, string title, DialogParameters parameters, DialogOptions options)
        where TDialog : IComponent
    {
        if (_isOpen)
            return null;
        _isOpen = true;
        try
        {
            return await (await dialogs.ShowAsync<TDialog>(title, parameters, options)).Result;
        }
        finally
        {
            _isOpen = false;
        }
    }
}
