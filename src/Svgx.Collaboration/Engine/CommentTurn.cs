using System.Collections.Immutable;
using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Engine;

/// <summary>What a session decided about comments and has not yet made durable, with who waits for it. Reused.</summary>
internal sealed class CommentTurn
{
    public List<CommentEvent> Events { get; } = [];

    public List<CommentReadMark> Marks { get; } = [];

    /// <summary>Whom to tell, in the order in which it was decided.</summary>
    public List<Pending> Answers { get; } = [];

    public bool IsEmpty => Events.Count == 0 && Marks.Count == 0;

    public void Clear()
    {
        Events.Clear();
        Marks.Clear();
        Answers.Clear();
    }

    /// <summary>Told when the turn is durable. Closed: every kind is below.</summary>
    internal abstract record Pending(Seat? From, string? RequestId)
    {
        /// <summary>All hear of it.</summary>
        public sealed record News(Seat? From, string? RequestId, CommentUpdate Update) : Pending(From, RequestId);

        /// <summary>It had been done before; only who asked hears how it is.</summary>
        public sealed record Repeat(Seat From, string? RequestId, CommentUpdate Update) : Pending(From, RequestId);

        /// <summary>All sessions of the reader hear of it.</summary>
        public sealed record Read(Seat From, string? RequestId, ImmutableDictionary<string, long> Marks) : Pending(From, RequestId);
    }
}
