using System.Globalization;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Versions;

/// <summary>The answer to something asked about versions.</summary>
/// <typeparam name="T">What it is when it was done.</typeparam>
public abstract record VersionResult<T>
{
    private VersionResult()
    {
    }

    /// <summary>It is done, and durable where it changes something.</summary>
    public sealed record Done(T Value) : VersionResult<T>;

    /// <summary>It was refused, with a protocol code and a reason for a person. Nothing was changed.</summary>
    public sealed record Refused(string Code, string Reason) : VersionResult<T>;
}

/// <summary>For whom something is asked about versions.</summary>
/// <param name="UserId">The user, whose role in the document counts as of now.</param>
/// <param name="MaxRole">The most a token allows; <see langword="null"/>: what the user may do.</param>
/// <param name="Username">The shown name; default: the account's.</param>
/// <param name="SessionId">The client that asks.</param>
/// <param name="Token">The token it asks with: what is to change a drawing is refused once it was taken back.</param>
public sealed record VersionActor(string UserId, DocumentRole? MaxRole = null, string? Username = null, string SessionId = "api", TokenIdentity? Token = null);

/// <summary>A content of a document.</summary>
public abstract record ContentPoint
{
    private ContentPoint()
    {
    }

    /// <summary>
    /// Reads a point as the protocol and HTTP write it: a version's id (64 hexadecimal digits), <c>BRANCH</c>, <c>BRANCH@REVISION</c> or <c>BRANCH@TIME</c> with a UTC time such as
    /// <c>2026-01-01T12:00:00Z</c>. <see langword="null"/> where it is none.
    /// </summary>
    public static ContentPoint? Parse(string text)
    {
        if (text.Length == 64 && text.All(char.IsAsciiHexDigitLower))
            return new Version(text);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (!BranchName.IsValid(at < 0 ? text : text[..at]))
            return null;
        if (at < 0)
            return new Live(text);
        if (long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            return new Revision(text[..at], revision);
        return DateTimeOffset.TryParse(text.AsSpan(at + 1), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? new Time(text[..at], time.UtcDateTime) : null;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public sealed override string ToString() => this switch
    {
        Version(var id) => id,
        Live(var branch) => branch,
        Revision(var branch, var number) => string.Create(CultureInfo.InvariantCulture, $"{branch}@{number}"),
        Time(var branch, var at) => $"{branch}@{at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>That of a version.</summary>
    public sealed record Version(string VersionId) : ContentPoint;

    /// <summary>That of a branch now.</summary>
    public sealed record Live(string Branch) : ContentPoint;

    /// <summary>That of a branch at a revision, 0 or more.</summary>
    public sealed record Revision(string Branch, long Number) : ContentPoint;

    /// <summary>That of a branch at a time, UTC: after the last operation accepted by then.</summary>
    public sealed record Time(string Branch, DateTime At) : ContentPoint;
}

/// <summary>A content that was looked up.</summary>
/// <param name="Branch">The branch it is of.</param>
/// <param name="Revision">The branch's revision.</param>
/// <param name="Version">The version, where one was asked for.</param>
/// <param name="Document">The drawing; the caller's own.</param>
public sealed record PointContent(string Branch, long Revision, DocumentVersion? Version, Documents.Document Document);

/// <summary>Ends a request from wherever it turned out to be impossible. Caught where the request began; never leaves it.</summary>
internal sealed class VersionRefusedException(string code, string reason) : Exception(reason)
{
    public string Code { get; } = code;
}
