using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Svgx.Web.Components;

/// <summary>Opens one dialog at a time: what is pressed twice before the page has answered the first press opens once. For the component's own dispatcher only.</summary>
public sealed class OneDialog
{
    private IDialogReference? _dialog;
    private bool _isOpening;

    /// <summary>Opens a dialog, unless one is open.</summary>
    /// <param name="dialogs">Where it is opened.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="parameters">What it takes.</param>
    /// <param name="options">What it looks like.</param>
    /// <returns>The dialog as soon as it is there, so that a menu that it was opened from closes; <see langword="null"/> where it was not opened.</returns>
    public async Task<IDialogReference?> ShowAsync<TDialog>(IDialogService dialogs, string title, DialogParameters parameters, DialogOptions options)
        where TDialog : IComponent
    {
        if (_isOpening || _dialog is { Result.IsCompleted: false })
            return null;
        _isOpening = true;
        try
        {
            return _dialog = await dialogs.ShowAsync<TDialog>(title, parameters, options);
        }
        finally
        {
            _isOpening = false;
        }
    }
}
