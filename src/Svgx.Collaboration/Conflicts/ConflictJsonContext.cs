using System.Text.Json.Serialization;

namespace Svgx.Collaboration.Conflicts;

/// <summary>The stored form of conflicts and policies.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Conflict)), JsonSerializable(typeof(ConflictPolicy))]
internal sealed partial class ConflictJsonContext : JsonSerializerContext;
