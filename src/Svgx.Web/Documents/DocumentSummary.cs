using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;

namespace Svgx.Web.Documents;

/// <summary>A document as a list shows it to one user.</summary>
public sealed record DocumentSummary(Guid Id, string Name, string OwnerName, DocumentRole Role, int People, DateTime CreatedAt, DateTime UpdatedAt, DateTime? DeletedAt)
{
    /// <summary>The last change of the drawing; <see langword="null"/> while nobody has changed it.</summary>
    public LastChange? LastChange { get; private init; }

    /// <summary>The same with the last change of its drawing, which counts as an update.</summary>
    internal DocumentSummary With(LastChange? change) => this with { LastChange = change, UpdatedAt = change is { At: var at } && at > UpdatedAt ? at : UpdatedAt };
}

/// <summary>Somebody who may use a document.</summary>
public sealed record DocumentPerson(string UserId, string Name, string Email, DocumentRole Role);

/// <summary>A document directory's refusal: a stable code and words for a person.</summary>
public sealed class DocumentRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Names of roles as the protocol and the API write them.</summary>
internal static class RoleNames
{
    public static string Wire(this DocumentRole role) => role switch
    {
        DocumentRole.Viewer => "viewer",
        DocumentRole.Commenter => "commenter",
        DocumentRole.Editor => "editor",
        _ => "owner",
    };

    public static DocumentRole? Parse(string? name) => Enum.GetValues<DocumentRole>().Select(role => (DocumentRole?)role).FirstOrDefault(role => role!.Value.Wire() == name);
}
