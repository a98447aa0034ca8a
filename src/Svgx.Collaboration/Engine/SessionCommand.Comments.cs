using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Engine;

/// <content>Comments.</content>
internal abstract partial record SessionCommand
{
    /// <summary>Something about comments, asked by somebody.</summary>
    public abstract record AboutComments(Seat From, string? RequestId) : SessionCommand;

    public sealed record Comment(Seat From, CommentRequest Request, string? RequestId) : AboutComments(From, RequestId);

    /// <param name="From">The reader.</param>
    /// <param name="ThreadId">The thread; <see langword="null"/>: all.</param>
    /// <param name="Sequence">Up to where; <see langword="null"/>: all there is.</param>
    /// <param name="RequestId">Repeated in the answer.</param>
    public sealed record MarkCommentsRead(Seat From, string? ThreadId, long? Sequence, string? RequestId) : AboutComments(From, RequestId);

    public sealed record ListComments(Seat From, long After, string? RequestId) : AboutComments(From, RequestId);

    /// <summary>Brings events of another branch that are not here yet. Answers how many there was room for.</summary>
    public sealed record AdoptComments(string FromBranch, IReadOnlyList<CommentEvent> Events, TaskCompletionSource<int> Reply) : SessionCommand;
}
