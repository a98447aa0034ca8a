using System.Text;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Versions;

/// <summary>Short ways to ask for versions.</summary>
internal static class VersionTesting
{
    public static readonly VersionActor Ann = new("ann");
    public static readonly VersionActor Bob = new("bob");

    public static async Task<T> Done<T>(this Task<VersionResult<T>> asking)
    {
        var result = await asking;
        return result is VersionResult<T>.Refused refused ? throw new Xunit.Sdk.XunitException($"{refused.Code}: {refused.Reason}") : ((VersionResult<T>.Done)result).Value;
    }

    public static async Task<string> Refused<T>(this Task<VersionResult<T>> asking) => Assert.IsType<VersionResult<T>.Refused>(await asking).Code;

    public static Task<PointContent> LiveAsync(this TestEngine host, Guid document, string branch = "main") => host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Live(branch)).Done();

    public static string Json(this Document document) => Encoding.UTF8.GetString(DocumentJson.Write(document));

    public static string HashOf(Document document) => CanonicalContent.Hash(document);

    public static async Task<TestPeer> JoinBranchAsync(this TestEngine host, Guid document, string branch, string user = "ann") =>
        await host.JoinAsync(document, user, new(document, branch, user, user, $"{user}-{branch}", WantsDocument: true));
}
