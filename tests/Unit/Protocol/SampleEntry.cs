using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>A journal entry for tests that ask how it is sent, not what it did.</summary>
internal static class SampleEntry
{
    public static JournalEntry Of(byte[] data, long revision = 1) => new()
    {
        DocumentId = Guid.Empty,
        Branch = "main",
        Revision = revision,
        OperationId = $"o{revision}",
        UserId = "ann",
        Username = "Ann",
        SessionId = "s",
        Type = "create",
        ElementId = "e",
        Data = data,
        Changes = data,
        Inverse = data,
        Timestamp = DateTime.UnixEpoch,
    };
}
