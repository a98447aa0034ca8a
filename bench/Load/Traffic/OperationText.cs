using System.Globalization;
using System.Text.Unicode;

namespace Svgx.Bench.Load.Traffic;

/// <summary>The messages that a client sends, as the browser or a plain tool writes them.</summary>
internal static class OperationText
{
    public const int MaxLength = 512;

    /// <summary>A drag that has ended: one move of one element.</summary>
    public static int Move(Span<byte> buffer, string prefix, int operation, int element, long baseRevision, bool plain)
    {
        int x = operation * 13 % 3_960, y = operation * 29 % 3_960, written;
        var fits = plain
            ? Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $"{{\"type\":\"operation\",\"operation_id\":\"{prefix}{operation}\",\"operation_type\":\"move\",\"element_id\":\"e{element}\",\"data\":{{\"x\":{x},\"y\":{y}}}}}", out written)
            : Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $"{{\"type\":\"operation\",\"request_id\":\"r{operation}\",\"operation_id\":\"{prefix}{operation}\",\"base_revision\":{baseRevision},\"gesture_id\":\"g{operation}\",\"operation_type\":\"move\",\"element_id\":\"e{element}\",\"data\":{{\"x\":{x},\"y\":{y}}}}}", out written);
        return fits ? written : throw new InvalidOperationException("The message is longer than its buffer.");
    }
}
