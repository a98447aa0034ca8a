using System.Collections.Frozen;

namespace Svgx.Collaboration.Documents;

/// <summary>The elements of SVG that may stand in a drawing: those of SVG 1.1 and SVG 2 that draw, describe, filter or animate.</summary>
internal static class SvgVocabulary
{
    public const string XLink = "http://www.w3.org/1999/xlink";

    /// <summary>Prefixes that a live operation may use without the file having declared them; the writer then declares them.</summary>
    public static readonly FrozenDictionary<string, string> KnownPrefixes = new Dictionary<string, string>
    {
        ["xlink"] = XLink,
        ["xml"] = "http://www.w3.org/XML/1998/namespace",
        ["svg"] = SvgElement.SvgNamespace,
        ["arx"] = "http://arxos.io/svgx",
        ["inkscape"] = "http://www.inkscape.org/namespaces/inkscape",
        ["sodipodi"] = "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        ["rdf"] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        ["cc"] = "http://creativecommons.org/ns#",
        ["dc"] = "http://purl.org/dc/elements/1.1/",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Elements = string.Concat(
        "svg g defs symbol use switch a view title desc metadata style path rect circle ellipse line polyline polygon image text tspan tref textPath altGlyph altGlyphDef altGlyphItem ",
        "glyphRef font glyph missing-glyph hkern vkern font-face font-face-src font-face-name font-face-format marker pattern clipPath mask linearGradient radialGradient ",
        "meshgradient meshGradient meshrow meshpatch mesh hatch hatchpath solidColor solidcolor stop color-profile cursor filter flowRoot flowRegion flowPara flowSpan flowDiv flowLine flowRegionExclude ",
        "animate animateColor animateMotion animateTransform set mpath discard ",
        "feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR ",
        "feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    // Languages that a browser would run or lay out wherever they stand.
    private static readonly FrozenSet<string> LiveNamespaces = new[]
    {
        "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2001/xml-events", "http://www.w3.org/2002/xforms", "http://www.mozilla.org/xbl",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why an element must not stand in a drawing; <see langword="null"/> where it may.</summary>
    public static string? Refuse(string ns, string localName)
    {
        if (ns == SvgElement.SvgNamespace)
            return Elements.Contains(localName) ? null : localName is "script" or "handler" or "listener" ? "scripts do not run in drawings" : "it is not an element of a drawing";
        return LiveNamespaces.Contains(ns) ? "pages inside drawings are not allowed" : null;
    }

    /// <summary>Whether a live operation may make an element of this name.</summary>
    public static bool IsElement(string localName) => Elements.Contains(localName);

    /// <summary>The namespace of a prefix for attributes and elements that an operation adds.</summary>
    public static string? NamespaceOf(SvgElement scope, string prefix)
    {
        var declaration = "xmlns:" + prefix;
        for (var at = scope; at is not null; at = at.Parent)
        {
            if (at[declaration] is { } ns)
                return ns;
        }
        return KnownPrefixes.GetValueOrDefault(prefix);
    }
}
