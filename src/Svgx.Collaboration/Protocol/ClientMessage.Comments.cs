using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Protocol;

/// <content>Comments.</content>
internal abstract partial record ClientMessage
{
    /// <summary><c>comment_create</c>, <c>comment_reply</c> and the others that change something.</summary>
    public sealed record Comment(CommentRequest Request) : ClientMessage;

    public sealed record CommentRead(string? ThreadId, long? Sequence) : ClientMessage;

    public sealed record CommentList(long After) : ClientMessage;
}
