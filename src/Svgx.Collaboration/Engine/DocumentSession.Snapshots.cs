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
        if (_committedRevision - _snapshotRevision >= _services.Options.SnapshotEvery && _saving.IsCompleted)
            _saving = SaveSnapshotAsync(Content());
    }

    private async Task SaveSnapshotAsync(DocumentContent content)
    {
        var former = _snapshotRevision;
        _snapshotRevision = content.Revision;
        try
        {
            // Compressing takes long enough to be felt by those who draw.
            await Task.Run(() => _services.Store.SaveSnapshotAsync(_documentId, _branch, content.Revision, content.Json, _services.Time.GetUtcNow().UtcDateTime, CancellationToken.None));
        }
        catch (Exception error)
        {
            _services.Logger.SnapshotFailed(_documentId, _branch, content.Revision, error);
            Interlocked.CompareExchange(ref _snapshotRevision, former, content.Revision);
        }
    }
}
