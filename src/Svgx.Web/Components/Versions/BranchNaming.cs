using System.Globalization;
using System.Text;
using Svgx.Collaboration.Versions;

namespace Svgx.Web.Components.Versions;

/// <summary>From what somebody types to what a branch may be called: a branch's name stands in addresses, so it has no spaces and few signs, which nobody needs to know.</summary>
internal static class BranchNaming
{
    /// <summary>The nearest name to what was typed: <c>Roof, steeper</c> becomes <c>Roof-steeper</c>. Empty where there is no letter or digit in it.</summary>
    public static string From(string typed)
    {
        var name = new StringBuilder(typed.Length);
        var gap = false;
        foreach (var sign in typed.Normalize())
        {
            if (char.IsLetterOrDigit(sign) || (sign is '.' or '_' or '-' && name.Length > 0 && !gap))
            {
                if (gap && name.Length > 0)
                    name.Append('-');
                name.Append(sign);
                gap = false;
            }
            else if (sign is not ('\'' or '’') && !IsMark(sign)) // "Ben's" is one word; so is one whose accents stand by themselves
            {
                gap = true;
            }
        }
        var cut = name.Length <= BranchName.MaxLength ? name.ToString() : name.ToString(0, BranchName.MaxLength);
        return cut.TrimEnd('-', '.', '_');
    }

    private static bool IsMark(char sign) => char.GetUnicodeCategory(sign) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
