using MudBlazor;
using MudBlazor.Utilities;
using Svgx.Web.Components.Layout;

namespace Svgx.Tests.Components.Layout;

public class AppThemeTests
{
    public static TheoryData<string, Palette> Palettes => new() { { "light", AppTheme.Theme.PaletteLight }, { "dark", AppTheme.Theme.PaletteDark } };

    [Theory, Trait("Rule", "X7")]
    [MemberData(nameof(Palettes), DisableDiscoveryEnumeration = true)]
    public void What_is_written_on_a_colour_can_be_read(string name, Palette palette)
    {
        foreach (var (what, ground, text) in new[]
        {
            ("primary", palette.Primary, palette.PrimaryContrastText), ("secondary", palette.Secondary, palette.SecondaryContrastText), ("error", palette.Error, palette.ErrorContrastText),
            ("success", palette.Success, palette.SuccessContrastText), ("warning", palette.Warning, palette.WarningContrastText), ("info", palette.Info, palette.InfoContrastText),
            ("dark", palette.Dark, palette.DarkContrastText), ("surface", palette.Surface, palette.TextPrimary), ("a note", palette.Surface, palette.TextSecondary), ("an error's words", palette.Surface, palette.Error),
        })
        {
            Assert.True(Contrast(ground, text) >= 4.5, $"{name}, {what}: {Contrast(ground, text):0.00} to 1"); // what WCAG AA asks of text
        }
    }

    private static double Contrast(MudColor one, MudColor other)
    {
        var (first, second) = (Luminance(one), Luminance(other));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance(MudColor color) => (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));

    private static double Linear(byte part) => part / 255.0 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
}
