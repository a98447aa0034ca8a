using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Security;

/// <summary>How long the audit trail is. Bound from <c>Svgx:Audit</c>; a value out of range stops startup.</summary>
public sealed class AuditOptions
{
    /// <summary>How long entries are kept. Default 180 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How many entries are kept at most; beyond, the oldest go. Default 1,000,000.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxEntries { get; set; } = 1_000_000;
}

/// <summary>Stops startup on a bad value.</summary>
[OptionsValidator]
public sealed partial class AuditOptionsValidator : IValidateOptions<AuditOptions>;
