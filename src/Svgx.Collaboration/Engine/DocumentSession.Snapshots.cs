using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Engine;

/// <content>The drawing as text, and its snapshots.</content>
internal sealed partial class DocumentSession
{
    private DocumentContent Content()
    {
        if (_content?.Revision != _revision)
            _content = new(_revision, DocumentJson.Write(_document));
        return _content;
    }

    private void SnapshotIfDue()
    {
        // What is read to open the branch stays in proportion to the drawing: many operations, or large ones.
        var isLong = _committedRevision - _snapshotRevision >= _services.Options.SnapshotEvery || Volatile.Read(ref _tailBytes) >= Math.Max(_services.Options.SnapshotEveryBytes, _snapshotBytes);
        if (isLong && _saving.IsCompleted)
            _saving = SaveSnapshotAsync(Content());
    }

    private async Task SaveSnapshotAsync(DocumentContent content)
    {
        var (former, tail) = (_snapshotRevision, Interlocked.Exchange(ref _tailBytes, 0));
        (_snapshotRevision, _snapshotBytes) = (content.Revision, content.Json.Length);
        try
        {
            // Compressing takes long enough to be felt by those who draw.
            await Task.Run(() => _services.Store.SaveSnapshotAsync(_documentId, _branch, content.Revision, content.Json, _services.Time.GetUtcNow().UtcDateTime, CancellationToken.None));
        }
        catch (Exception error)
        {
            _services.Logger.SnapshotFailed(_documentId, _branch, content.Revision, error);
            Interlocked.Add(ref _tailBytes, tail);
            Interlocked.CompareExchange(ref _snapshotRevision, former, content.Revision);
        }
    }
}
