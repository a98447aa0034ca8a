namespace Svgx.Collaboration.Documents;

/// <summary>Ends the interpretation of an operation from wherever the fault was found. Caught in <see cref="OperationInterpreter"/>; never leaves it.</summary>
internal sealed class RefusalException(string code, string reason) : Exception(reason)
{
    public string Code { get; } = code;
}
