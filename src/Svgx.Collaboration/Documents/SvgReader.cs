using System.Collections.Immutable;
using System.Xml;

namespace Svgx.Collaboration.Documents;

/// <summary>What reading a file gave.</summary>
/// <param name="Document">The drawing.</param>
/// <param name="Removed">What sanitising took out of it: the first 100 parts.</param>
/// <param name="MoreRemoved">How many more parts were taken out.</param>
public sealed record SvgReadResult(Document Document, ImmutableArray<RemovedPart> Removed, int MoreRemoved = 0);

/// <summary>A file that cannot be read as a drawing, and where.</summary>
public sealed class SvgFormatException(string code, string message, int line, int column, Exception? inner = null) : Exception(message, inner)
{
    /// <summary><c>malformed</c>, <c>not_svg</c>, <c>too_large</c>, <c>too_deep</c>, <c>entity_limit</c> or <c>external_entity</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The line, from 1; 0 where the file as a whole is meant.</summary>
    public int Line { get; } = line;

    /// <summary>The column, from 1; 0 where the file as a whole is meant.</summary>
    public int Column { get; } = column;
}

/// <summary>Bounds of reading a file.</summary>
public sealed record SvgReadLimits
{
    /// <summary>Bytes of the file. Default 20 MiB.</summary>
    public long MaxBytes { get; init; } = 20 << 20;

    /// <summary>What is said of a file with more bytes.</summary>
    public string TooLarge => $"The file is larger than {MaxBytes / (1 << 20)} MiB.";

    /// <summary>Characters that entities may expand to. Default 1 Mi: an Illustrator file needs a few thousand, a bomb billions.</summary>
    public long MaxEntityCharacters { get; init; } = 1 << 20;

    /// <summary>The bounds of the document itself.</summary>
    public DocumentLimits Document { get; init; } = DocumentLimits.Default;
}

/// <summary>Reads SVG and SVGX files. Loads nothing that a file names, and gives back all that it holds but for what sanitising takes out.</summary>
public static class SvgReader
{
    /// <summary>Reads one file to its end.</summary>
    /// <exception cref="SvgFormatException">The file is not a drawing, or over a bound.</exception>
    public static SvgReadResult Read(Stream stream, SvgReadLimits? limits = null)
    {
        limits ??= new();
        using var bounded = new BoundedStream(stream, limits.MaxBytes);
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Parse,
            XmlResolver = null,
            MaxCharactersFromEntities = limits.MaxEntityCharacters,
            MaxCharactersInDocument = limits.MaxBytes + limits.MaxEntityCharacters,
            IgnoreWhitespace = false,
            CheckCharacters = true,
        };
        using var reader = XmlReader.Create(bounded, settings);
        try
        {
            return new SvgTreeBuilder(reader, limits.Document).Build();
        }
        catch (XmlException error)
        {
            // The reader says which bound was met in its words alone.
            var code = error.Message.Contains("MaxCharactersFromEntities", StringComparison.Ordinal) ? "entity_limit" : "malformed";
            var text = code == "entity_limit" ? "The file's entities expand to more than is allowed." : $"The file is not well-formed XML: {WithoutPosition(error)}";
            throw new SvgFormatException(code, text, error.LineNumber, error.LinePosition, error);
        }
        catch (BoundedStream.LimitException error)
        {
            throw new SvgFormatException("too_large", limits.TooLarge, LineOf(reader), ColumnOf(reader), error);
        }
    }

    internal static int LineOf(XmlReader reader) => reader is IXmlLineInfo line && line.HasLineInfo() ? line.LineNumber : 0;

    internal static int ColumnOf(XmlReader reader) => reader is IXmlLineInfo line && line.HasLineInfo() ? line.LinePosition : 0;

    private static string WithoutPosition(XmlException error)
    {
        var at = error.Message.LastIndexOf(" Line ", StringComparison.Ordinal);
        return at > 0 ? error.Message[..at] : error.Message;
    }
}
