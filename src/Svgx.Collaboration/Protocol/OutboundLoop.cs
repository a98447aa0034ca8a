using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Protocol;

/// <summary>
/// The sending half of a connection: takes all that waits and sends it in as few frames as that takes. An idle connection is sent to at once; what comes
/// while a send is under way leaves together in the next.
/// </summary>
/// <remarks>
/// Where <c>permessage-deflate</c> was agreed to, only what is fetched whole is compressed: it goes to one client and is large. Operations and presence go to everybody and are small: compressing them took
/// 1.9 to 2.5 times the processor time for 5 to 35 % fewer bytes. What is compressed holds nothing that its receivers may not read, so that lengths tell nobody a secret.
/// </remarks>
internal sealed class OutboundLoop(WebSocket socket, OutboundQueue queue, int maxMessageBytes, TimeProvider time, CollaborationMetrics metrics)
{
    private const int MaxFrameBytes = 512 << 10;
    private const int CompressedFromBytes = 1 << 10; // below, what is saved is less than what a compressor costs
    private const int DocumentPartBytes = 192 << 10; // quotes are escaped on the way, and 256 KiB is promised

    private CancellationToken _stopping;
    private ClientFeatures _features;
    private string _branch = "";
    private long _oldest; // when the oldest operation of the frame under way was accepted
    private long _presenceVersion; // what the client was told last; 0: nothing yet

    /// <param name="stopping">No further frame is begun; the one under way is finished, so that a close can follow it.</param>
    /// <param name="cancellationToken">The frame under way is not waited for either: the socket is aborted.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        _stopping = stopping;
        var messages = new List<Outbound>();
        using var frame = new PooledBuffer();
        while (true)
        {
            await queue.WaitAsync();
            if (!queue.Take(ref messages))
                return;
            for (var i = 0; i < messages.Count; i++)
            {
                if (Operations(messages[i]) is not null)
                    i = await SendOperationsAsync(messages, i, frame, cancellationToken) - 1;
                else if (Document(messages[i]) is { } content)
                    await SendDocumentAsync(content, frame, cancellationToken);
                else if (messages[i] is Outbound.Event { SessionEvent: SessionEvent.CommentsListed list })
                    await SendCommentsAsync(list, frame, cancellationToken);
                else if (messages[i] is Outbound.Frames frames)
                    await SendFramesAsync(frames, frame, cancellationToken);
                else if (Encode(messages[i], frame))
                    await SendAsync(frame, cancellationToken);
            }
            frame.Release(); // an idle connection holds no buffer
        }
    }

    private static ImmutableArray<CommittedOperation>? Operations(Outbound message) => (message as Outbound.Event)?.SessionEvent switch
    {
        SessionEvent.OperationsCommitted committed => committed.Operations,
        SessionEvent.Resynced { Resync: Resync.Operations missed } => missed.Missed,
        _ => null,
    };

    private static DocumentContent? Document(Outbound message) => message switch
    {
        Outbound.Document document => document.Content,
        Outbound.Event { SessionEvent: SessionEvent.Resynced { Resync: Resync.Document document } } => document.Content,
        _ => null,
    };

    /// <summary>Sends this and all following lists of operations; returns the index of the first message that is none.</summary>
    private async ValueTask<int> SendOperationsAsync(List<Outbound> messages, int from, PooledBuffer frame, CancellationToken cancellationToken)
    {
        var to = from + 1;
        while (to < messages.Count && Operations(messages[to]) is not null)
            to++;
        var changes = _features.HasFlag(ClientFeatures.Changes);
        if (OperationsFrame.Find(Run(messages, from, to), changes) is { } known)
        {
            _oldest = known.Oldest;
            await SendAsync(known.Bytes, cancellationToken);
            return to;
        }
        var any = false;
        var isWhole = true;
        for (var i = from; i < to; i++)
        {
            foreach (var operation in Operations(messages[i])!.Value)
            {
                if (any && frame.Length > MaxFrameBytes)
                {
                    ServerMessages.EndOperations(frame);
                    await SendAsync(frame, cancellationToken);
                    any = isWhole = false;
                }
                if (any)
                    ServerMessages.Append(frame, ","u8);
                else
                    ServerMessages.BeginOperations(frame, time.GetUtcNow());
                any = true;
                if (_oldest == 0)
                    _oldest = operation.AcceptedAt;
                ServerMessages.Append(frame, OperationJson.Of(operation).Bytes(changes));
            }
        }
        if (any)
        {
            ServerMessages.EndOperations(frame);
            if (isWhole)
                OperationsFrame.Keep(Run(messages, from, to), changes, frame.Written.Span, _oldest);
            await SendAsync(frame, cancellationToken);
        }
        return to;
    }

    private static ReadOnlySpan<Outbound> Run(List<Outbound> messages, int from, int to) => CollectionsMarshal.AsSpan(messages)[from..to];

    private async Task SendDocumentAsync(DocumentContent content, PooledBuffer frame, CancellationToken cancellationToken)
    {
        var slices = Slice(content.Json);
        for (var part = 0; part < slices.Count; part++)
        {
            ServerMessages.DocumentPart(frame, time.GetUtcNow(), _branch, content.Revision, part, slices.Count, slices[part]);
            await SendAsync(frame, cancellationToken, isFetched: true);
        }
    }

    private async Task SendCommentsAsync(SessionEvent.CommentsListed list, PooledBuffer frame, CancellationToken cancellationToken)
    {
        var next = 0;
        do
        {
            next = CommentMessages.List(frame, time.GetUtcNow(), list, next);
            await SendAsync(frame, cancellationToken, isFetched: true);
        }
        while (next < list.Threads.Length);
    }

    private async Task SendFramesAsync(Outbound.Frames frames, PooledBuffer frame, CancellationToken cancellationToken)
    {
        foreach (var message in frames.Messages)
        {
            ServerMessages.Append(frame, message);
            await SendAsync(frame, cancellationToken, isFetched: true);
        }
        frames.Sent.TrySetResult();
    }

    private static List<ReadOnlyMemory<byte>> Slice(ReadOnlyMemory<byte> utf8)
    {
        var slices = new List<ReadOnlyMemory<byte>>();
        while (utf8.Length > 0)
        {
            var length = Math.Min(utf8.Length, DocumentPartBytes);
            while (length < utf8.Length && (utf8.Span[length] & 0xC0) == 0x80)
                length--; // not inside a character
            slices.Add(utf8[..length]);
            utf8 = utf8[length..];
        }
        return slices;
    }

    private bool Encode(Outbound message, PooledBuffer frame)
    {
        var now = time.GetUtcNow();
        switch (message)
        {
            case Outbound.State state:
                (_features, _branch) = (state.Features, state.Joined.Branch);
                ServerMessages.CurrentState(frame, now, state.Joined, state.UserId, state.SessionId, state.Features, maxMessageBytes);
                return true;
            case Outbound.ActivityLog log:
                ServerMessages.ActivityLog(frame, now, log.Entries, log.RequestId);
                return true;
            case Outbound.Pong pong:
                ServerMessages.Pong(frame, now, pong.SentAt, pong.RequestId);
                return true;
            case Outbound.Event { SessionEvent: var news }:
                return Encode(news, frame, now);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private bool Encode(SessionEvent news, PooledBuffer frame, DateTimeOffset now)
    {
        switch (news)
        {
            case SessionEvent.Acknowledged acknowledged when _features.HasFlag(ClientFeatures.Ack):
                ServerMessages.Acks(frame, now, acknowledged.Operations, acknowledged.RequestId);
                return true;
            case SessionEvent.Refused refused:
                metrics.ErrorSent(refused.Code);
                ServerMessages.Error(frame, now, refused.Code, refused.Reason, refused.OperationId, refused.RequestId, refused.RetryAfter, refused.LockedBy);
                return true;
            case SessionEvent.PresenceChanged presence:
                ServerMessages.Append(frame, Presence(presence, now));
                return true;
            case SessionEvent.PreviewShared shared when _features.HasFlag(ClientFeatures.Preview):
                ServerMessages.Append(frame, shared.Encoded ??= Encoded(shared, now));
                return true;
            case SessionEvent.RoleChanged changed:
                ServerMessages.RoleChanged(frame, now, changed.Role);
                return true;
            case SessionEvent.ConflictsChanged changed:
                ConflictMessages.Notification(frame, now, changed.Conflicts, changed.RequestId);
                return true;
            case SessionEvent.ConflictsOpen open when _features.HasFlag(ClientFeatures.Conflicts):
                ConflictMessages.Notification(frame, now, open.Conflicts, requestId: null);
                return true;
            case SessionEvent.ConflictSettled settled:
                ConflictMessages.Resolution(frame, now, settled.Conflict, settled.RequestId);
                return true;
            case SessionEvent.LocksChanged changed:
                ConflictMessages.Locks(frame, now, changed.Locks, changed.RequestId);
                return true;
            case SessionEvent.CommentChanged changed when changed.IsAnswer || _features.HasFlag(ClientFeatures.Comments):
                CommentMessages.Update(frame, now, changed.Update, changed.RequestId);
                return true;
            case SessionEvent.CommentsRead read when read.IsAnswer || _features.HasFlag(ClientFeatures.Comments):
                CommentMessages.Read(frame, now, read.ReadMarks, read.RequestId);
                return true;
            case var other when VersionMessages.TryWriteNews(frame, now, other):
                return true;
            default:
                return false; // the client did not ask for it
        }
    }

    /// <summary>What changed since the client was told last, where it asked for that and it can be told; else everybody.</summary>
    private byte[] Presence(SessionEvent.PresenceChanged presence, DateTimeOffset now)
    {
        var messages = PresenceJson.Of(presence, now);
        var known = _presenceVersion;
        _presenceVersion = presence.View.Version;
        return _features.HasFlag(ClientFeatures.PresenceChanges) && presence.View.CanTellSince(known) ? messages.Since(known) : messages.Whole;
    }

    private static byte[] Encoded(SessionEvent.PreviewShared shared, DateTimeOffset now)
    {
        using var frame = new PooledBuffer();
        ServerMessages.Preview(frame, now, shared.Preview);
        return frame.Written.ToArray();
    }

    private async ValueTask SendAsync(PooledBuffer frame, CancellationToken cancellationToken, bool isFetched = false)
    {
        await SendAsync(frame.Written, cancellationToken, isFetched);
        frame.Clear();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken, bool isFetched = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _stopping.ThrowIfCancellationRequested();
        var flags = isFetched && frame.Length >= CompressedFromBytes ? WebSocketMessageFlags.EndOfMessage : WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression;
        // A send is given no token, which would make the socket prepare for its use at every frame: most complete at once.
        var sending = socket.SendAsync(frame, WebSocketMessageType.Text, flags, CancellationToken.None);
        if (!sending.IsCompleted)
        {
            using var cut = cancellationToken.UnsafeRegister(static state => ((WebSocket)state!).Abort(), socket);
            await sending;
        }
        else
            await sending;
        metrics.Sent(frame.Length);
        if (_oldest != 0)
            metrics.Propagated(time.GetElapsedTime(_oldest));
        _oldest = 0;
    }
}
