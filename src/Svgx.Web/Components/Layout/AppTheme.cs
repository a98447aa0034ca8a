using MudBlazor;

namespace Svgx.Web.Components.Layout;

/// <summary>The one theme, light and dark.</summary>
internal static class AppTheme
{
    private static readonly string[] Fonts = ["Inter", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0f6e84",
            PrimaryContrastText = "#ffffff",
            Secondary = "#b4532a",
            Background = "#f6f7f8",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1c2529",
            TextPrimary = "#1c2529",
            TextSecondary = "#56646b",
            ActionDefault = "#46545b",
            Divider = "#dfe4e7",
            LinesDefault = "#dfe4e7",
            LinesInputs = "#8a979d",
            DrawerBackground = "#ffffff",
            Error = "#b3261e",
            Success = "#1b6e3c",
            Warning = "#8a5a00",
            Info = "#0f6e84",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5cc5dc",
            PrimaryContrastText = "#06262e",
            Secondary = "#f0a381",
            Background = "#14191c",
            Surface = "#1d2427",
            AppbarBackground = "#1d2427",
            AppbarText = "#e7edef",
            TextPrimary = "#e7edef",
            TextSecondary = "#a5b2b8",
            ActionDefault = "#b6c2c8",
            Divider = "#323c41",
            LinesDefault = "#323c41",
            LinesInputs = "#77858c",
            DrawerBackground = "#1d2427",
            Error = "#ff9b92",
            Success = "#7fd6a0",
            Warning = "#f0bf6a",
            Info = "#5cc5dc",
            // Light colours, so what is written on them is dark.
            SecondaryContrastText = "#331405",
            ErrorContrastText = "#3b0906",
            SuccessContrastText = "#05270f",
            WarningContrastText = "#2c1d00",
            InfoContrastText = "#06262e",
        },
        Typography = new()
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".9375rem", LineHeight = "1.5", LetterSpacing = "normal" },
            H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.75rem", FontWeight = "650", LineHeight = "1.25", LetterSpacing = "-.01em" },
            H2 = new H2Typography { FontFamily = Fonts, FontSize = "1.125rem", FontWeight = "600", LineHeight = "1.35", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = ".9375rem", FontWeight = "550", TextTransform = "none", LetterSpacing = "normal" },
        },
        LayoutProperties = new() { DefaultBorderRadius = "8px", AppbarHeight = "56px" },
    };
}
