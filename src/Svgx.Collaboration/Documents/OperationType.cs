namespace Svgx.Collaboration.Documents;

/// <summary>The kinds of operation of the protocol.</summary>
public enum OperationType
{
    /// <summary>Adds an element.</summary>
    Create,

    /// <summary>Sets or removes attributes, or replaces text.</summary>
    Update,

    /// <summary>Another wire name of <see cref="Update"/>.</summary>
    PropertyUpdate,

    /// <summary>Moves an element of any kind.</summary>
    Move,

    /// <summary>Resizes an element of any kind.</summary>
    Resize,

    /// <summary>Removes an element with all in it.</summary>
    Delete,

    /// <summary>Puts an element elsewhere in the tree.</summary>
    LayerChange,

    /// <summary>Presence only: what a session has selected.</summary>
    Select,

    /// <summary>Presence only: takes elements out of the selection.</summary>
    Deselect,

    /// <summary>Adds a constraint to an element, as SVGX data.</summary>
    ConstraintAdd,

    /// <summary>Removes constraints of an element.</summary>
    ConstraintRemove,

    /// <summary>Sets and removes fields of the assembly that an element belongs to, as SVGX data.</summary>
    AssemblyUpdate,
}

/// <summary>The wire names of <see cref="OperationType"/>.</summary>
public static class OperationTypes
{
    private static readonly string[] Names =
    [
        "create", "update", "property_update", "move", "resize", "delete", "layer_change", "select", "deselect", "constraint_add", "constraint_remove", "assembly_update",
    ];

    /// <summary>All wire names.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name on the wire.</summary>
    public static string ToWire(this OperationType type) => Names[(int)type];

    /// <summary>Reads a name from the wire; case matters.</summary>
    public static bool TryParse(string name, out OperationType type)
    {
        var at = Array.IndexOf(Names, name);
        type = (OperationType)Math.Max(at, 0);
        return at >= 0;
    }
}
