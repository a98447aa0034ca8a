namespace Svgx.Collaboration.Engine;

/// <summary>The answer to an operation sent without joining.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>It is durable.</summary>
    public sealed record Accepted(Acknowledgement Acknowledgement) : SubmitOutcome;

    /// <summary>It was refused, with a protocol code.</summary>
    public sealed record Refused(string Code, string Reason, TimeSpan? RetryAfter = null) : SubmitOutcome;
}
