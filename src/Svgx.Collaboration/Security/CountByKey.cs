namespace Svgx.Collaboration.Security;

/// <summary>How many of something each key holds now, under a limit. As large as what is held. Thread-safe.</summary>
internal sealed class CountByKey(int limit)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public bool TryEnter(string key)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(key);
            if (count >= limit)
                return false;
            _counts[key] = count + 1;
            return true;
        }
    }

    public void Leave(string key)
    {
        lock (_lock)
        {
            if (_counts[key] == 1)
                _counts.Remove(key);
            else
                _counts[key]--;
        }
    }
}
