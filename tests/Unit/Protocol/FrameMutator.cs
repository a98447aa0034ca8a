using System.Text;
using System.Text.Unicode;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>Frames that no well-meaning client sends: random bytes, and messages of the protocol with pieces cut out, doubled, swapped or replaced. The same seed makes the same frames.</summary>
public sealed class FrameMutator(int seed)
{
    private static readonly byte[][] Messages = [.. new[]
    {
        """{"type":"join","token":"svgx1.a.b.c","user_id":"ann","session_id":"s","last_revision":3,"features":["ack","document","changes","preview"]}""",
        """{"type":"operation","operation_id":"o1","operation_type":"create","element_id":"e1","data":{"type":"path","d":"M0 0L10 10","x":100,"y":-2.5e3,"children":[{"tag":"g"}]},"base_revision":0,"priority":1,"gesture_id":"g","group_id":"h"}""",
        """{"type":"operation","operation_type":"move","element_id":"e","data":{"position":{"x":1,"y":2},"dx":5}}""",
        """{"type":"operation","operation_type":"resize","element_id":"e","data":{"x":0,"y":0,"width":1e9,"height":0.0001,"from":{"x":0,"y":0,"width":1,"height":1}}}""",
        """{"type":"operation","operation_type":"update","element_id":"e","data":{"fill":"url(#a)","style":"x:y","text":"\u0000\ud800","onclick":null}}""",
        """{"type":"operation","operation_type":"layer_change","element_id":"e","data":{"parent_id":"e","before":"root","index":-1}}""",
        """{"type":"operation","operation_type":"constraint_add","element_id":"e","data":{"constraint_id":"c","type":"distance","to":["a",{"b":null}],"xmlns:arx":"x"}}""",
        """{"type":"operation","operation_type":"constraint_remove","element_id":"e","data":{"constraint_id":"c"}}""",
        """{"type":"operation","operation_type":"assembly_update","element_id":"root","data":{"name":null,"onload":"x","parts":{}}}""",
        """{"type":"operation","operation_type":"delete","element_id":"root"}""",
        """{"type":"operation","operation_type":"select","element_id":"e","data":{"elements":["a",null,5]}}""",
        """{"type":"operations","atomic":true,"operations":[{"operation_type":"create","element_id":"n"},{"operation_type":"move","element_id":"n","data":{"dx":1}}]}""",
        """{"type":"preview","gesture_id":"g1","element_ids":["e"],"data":{"matrix":[1,0,0,1,5,5]}}""",
        """{"type":"activity","current_element":"e","cursor_position":{"x":1,"y":2},"status":"editing","viewport":{"x":0,"y":0,"width":9,"height":9},"following":"ann","rtt_ms":12.5}""",
        """{"type":"conflict_resolution","conflict_id":"c","resolution":"user_choice","chosen_operation_id":"o1"}""",
        """{"type":"version_control","action":"create_version","description":"v","name":"n","tags":["a"],"metadata":{"k":"v"}}""",
        """{"type":"version_control","action":"list_versions","branch":"main","before":9,"limit":5,"checkpoints":true}""",
        """{"type":"version_control","action":"get_version","version_id":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}""",
        """{"type":"version_control","action":"get_content","from":"main@0"}""",
        """{"type":"version_control","action":"label_version","version_id":"v","name":"n"}""",
        """{"type":"version_control","action":"revert_version","version_id":"v"}""",
        """{"type":"version_control","action":"restore","revision":0,"element_ids":["e"]}""",
        """{"type":"version_control","action":"restore","time":"2026-01-01T12:00:00Z","branch":"main"}""",
        """{"type":"version_control","action":"diff","from":"main@0","to":"main@2999-01-01T00:00:00Z"}""",
        """{"type":"version_control","action":"create_branch","branch":"b","from":"main"}""",
        """{"type":"version_control","action":"list_branches","deleted":true}""",
        """{"type":"version_control","action":"delete_branch","branch":"b"}""",
        """{"type":"version_control","action":"preview_merge","source":"b","branch":"main"}""",
        """{"type":"version_control","action":"merge_branch","source":"main","branch":"b","resolutions":[{"element_id":"e","name":"x","choice":"target"}]}""",
        """{"type":"version_control","action":"element_history","element_id":"e","cursor":"main:5","limit":3}""",
        """{"type":"version_control","action":"verify"}""",
        """{"type":"version_control","action":"purge_branch","branch":"b"}""",
        """{"type":"activity_log","user_id":"ann","before":5,"limit":9}""",
        """{"type":"comment_create","comment_id":"c1","anchor":{"x":1,"y":1,"element_id":"e","offset":{"x":0,"y":1}},"text":"@[Ann](ann) look"}""",
        """{"type":"comment_reply","thread_id":"c1","comment_id":"c2","text":"yes"}""",
        """{"type":"comment_edit","comment_id":"c2","text":"no"}""", """{"type":"comment_delete","comment_id":"c2"}""", """{"type":"comment_restore","comment_id":"c2"}""",
        """{"type":"comment_resolve","thread_id":"c1"}""", """{"type":"comment_reopen","thread_id":"c1"}""", """{"type":"comment_read","thread_id":"c1","sequence":2}""",
        """{"type":"comment_list","after":-9223372036854775808}""",
        """{"type":"lock","element_ids":["e"]}""", """{"type":"unlock","element_ids":["e"]}""",
        """{"type":"undo"}""", """{"type":"redo","request_id":"r"}""", """{"type":"sync","last_revision":9223372036854775807}""", """{"type":"ping","sent_at":[1,{"a":2}]}""",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Pieces = [.. new[] { "null", "{}", "[]", "-0", "1e999", "\"\"", "\"root\"", "true", "9223372036854775808", "\\u0000", "\"type\":", ",", "}", "[[[[", "\uFEFF", "\ud83d\ude00", "operations", "script", "javascript:" }.Select(text => Encoding.UTF8.GetBytes(text))];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        if (_random.Next(20) == 0)
        {
            var noise = new byte[_random.Next(300)];
            _random.NextBytes(noise);
            return noise;
        }
        var frame = new List<byte>(Messages[_random.Next(Messages.Length)]);
        for (var changes = _random.Next(4); changes > 0; changes--)
            Change(frame);
        return [.. frame];
    }

    /// <summary>A frame that a WebSocket takes for text; but for one in five hundred, since bytes that are none end the connection and what was sent behind them is lost.</summary>
    public byte[] NextText()
    {
        var frame = Next();
        while (!Utf8.IsValid(frame) && _random.Next(500) != 0)
            frame = Next();
        return frame;
    }

    private void Change(List<byte> frame)
    {
        var at = _random.Next(frame.Count + 1);
        var length = Math.Min(_random.Next(1, 12), frame.Count - at);
        switch (_random.Next(6))
        {
            case 0: frame.RemoveRange(at, length); break;
            case 1: frame.InsertRange(at, frame.GetRange(at, length)); break;
            case 2: frame.InsertRange(at, Pieces[_random.Next(Pieces.Length)]); break;
            case 3 when at < frame.Count: frame[at] = (byte)_random.Next(256); break;
            case 4: frame.InsertRange(at, Messages[_random.Next(Messages.Length)]); break;
            default:
                // A value for another: what follows a colon up to the next comma.
                var colon = frame.IndexOf((byte)':', at);
                var comma = colon < 0 ? -1 : frame.IndexOf((byte)',', colon);
                if (comma < 0)
                    break;
                frame.RemoveRange(colon + 1, comma - colon - 1);
                frame.InsertRange(colon + 1, Pieces[_random.Next(Pieces.Length)]);
                break;
        }
    }
}
