using System.ComponentModel.DataAnnotations;

namespace Svgx.Web.Hosting;

/// <summary>Bounds of the account's pages, bound from <c>Svgx:Account</c>.</summary>
internal sealed class AccountOptions
{
    /// <summary>Posts of the account forms a minute from one address; beyond: 429 with <c>Retry-After</c>. Default 30.</summary>
    [Range(1, int.MaxValue)]
    public int PostsPerMinute { get; set; } = 30;
}
