namespace Svgx.Collaboration.Engine;

/// <summary>What somebody may do in a document, in growing order: each role includes those before it.</summary>
public enum DocumentRole
{
    /// <summary>Sees the drawing and who is there.</summary>
    Viewer,

    /// <summary>May comment; changes nothing in the drawing.</summary>
    Commenter,

    /// <summary>Changes the drawing.</summary>
    Editor,

    /// <summary>Also decides who else may come in.</summary>
    Owner,
}
