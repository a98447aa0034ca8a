using System.Collections.Immutable;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Conflicts;

/// <summary>An element that one user alone may change for a while.</summary>
/// <param name="ElementId">The element; what is in it is locked with it.</param>
/// <param name="UserId">Who holds it, in all their sessions.</param>
/// <param name="Username">Their shown name.</param>
/// <param name="SessionId">The session that took it: the lock goes when it leaves.</param>
/// <param name="ExpiresAt">When it ends unless the holder works on the element, UTC.</param>
public sealed record ElementLock(string ElementId, string UserId, string Username, string SessionId, DateTime ExpiresAt);

/// <summary>The locks of a branch. They live as long as the session and are never stored. Used by its session alone.</summary>
internal sealed class ElementLocks(TimeSpan lease, int maxPerUser, TimeProvider time)
{
    private readonly Dictionary<string, Held> _byElement = new(StringComparer.Ordinal);
    private long _sharedAt;
    private bool _renewed;

    public bool IsEmpty => _byElement.Count == 0;

    public int MaxPerUser { get; } = maxPerUser;

    /// <summary>Whether the others have to hear: something came or went, or leases they know of have moved by a third.</summary>
    public bool HasNews { get; private set; }

    public ImmutableArray<ElementLock> All => [.. _byElement.Values.Select(held => held.Lock)];

    /// <summary>Everything, for the others; they have heard of it then.</summary>
    public ImmutableArray<ElementLock> Take()
    {
        (HasNews, _renewed, _sharedAt) = (false, false, time.GetTimestamp());
        return All;
    }

    public int CountOf(string userId) => _byElement.Values.Count(held => held.Lock.UserId == userId);

    /// <summary>Takes or renews a lock. The caller has asked <see cref="Conflicting"/>.</summary>
    public ElementLock Hold(object seat, string elementId, string userId, string username, string sessionId)
    {
        var taken = new ElementLock(elementId, userId, username, sessionId, End());
        HasNews |= !_byElement.TryGetValue(elementId, out var former) || former.Lock.SessionId != sessionId;
        _renewed = true;
        _byElement[elementId] = new(seat, taken);
        return taken;
    }

    /// <summary>The lock on exactly this element.</summary>
    public ElementLock? Find(string elementId) => _byElement.GetValueOrDefault(elementId)?.Lock;

    public void Release(string elementId) => HasNews |= _byElement.Remove(elementId);

    public void Leave(object seat)
    {
        foreach (var (id, held) in _byElement)
        {
            if (ReferenceEquals(held.Seat, seat))
                Release(id);
        }
    }

    /// <summary>Ends leases that have run out, and locks of elements that are gone.</summary>
    public void Expire(Document document)
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var (id, held) in _byElement)
        {
            if (held.Lock.ExpiresAt <= now || !document.TryGetElement(id, out _))
                Release(id);
        }
        if (_renewed && time.GetElapsedTime(_sharedAt) >= lease / 3)
            HasNews = true;
    }

    /// <summary>The holder works on an element: locks on it and around it go on.</summary>
    public void Renew(Document document, string userId, string elementId)
    {
        if (IsEmpty || !document.TryGetElement(elementId, out var element))
            return;
        for (var at = element; at is not null; at = at.Parent)
        {
            if (_byElement.TryGetValue(at.Id, out var held) && held.Lock.UserId == userId)
            {
                _byElement[at.Id] = held with { Lock = held.Lock with { ExpiresAt = End() } };
                _renewed = true;
            }
        }
    }

    /// <summary>Somebody else's lock that changes of a user would get in the way of.</summary>
    public ElementLock? Conflicting(Document document, string userId, IEnumerable<DocumentChange> changes)
    {
        if (IsEmpty)
            return null;
        foreach (var change in changes)
        {
            var held = change switch
            {
                InsertNode insert => Around(document, userId, insert.ParentId),
                RemoveElement remove => Around(document, userId, remove.ElementId) ?? Inside(document, userId, remove.ElementId),
                PlaceElement place => Around(document, userId, place.ElementId) ?? Around(document, userId, place.ParentId),
                _ => Around(document, userId, change.ElementId),
            };
            if (held is not null)
                return held;
        }
        return null;
    }

    /// <summary>Somebody else's lock on an element or on one around it.</summary>
    public ElementLock? Around(Document document, string userId, string elementId)
    {
        document.TryGetElement(elementId, out var element);
        for (var at = element; at is not null; at = at.Parent)
        {
            if (Other(at.Id, userId) is { } held)
                return held;
        }
        return null;
    }

    /// <summary>Somebody else's lock on something inside an element.</summary>
    public ElementLock? Inside(Document document, string userId, string elementId)
    {
        if (!document.TryGetElement(elementId, out var element))
            return null;
        foreach (var (id, held) in _byElement)
        {
            if (held.Lock.UserId != userId && document.TryGetElement(id, out var locked) && element.Contains(locked) && Other(id, userId) is { } other)
                return other;
        }
        return null;
    }

    /// <summary>A lease that has run out counts no more, whenever the next tick comes.</summary>
    private ElementLock? Other(string elementId, string userId) =>
        _byElement.TryGetValue(elementId, out var held) && held.Lock.UserId != userId && held.Lock.ExpiresAt > time.GetUtcNow().UtcDateTime ? held.Lock : null;

    private DateTime End() => (time.GetUtcNow() + lease).UtcDateTime;

    private sealed record Held(object Seat, ElementLock Lock);
}
