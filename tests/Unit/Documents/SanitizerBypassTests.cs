using System.Text;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

/// <summary>Ways around the allow-list that hide an address where a browser still finds it.</summary>
public sealed class SanitizerBypassTests
{
    [Theory, Trait("Rule", "D2")]
    [InlineData("<rect style=\"@namespace{} filter:url(http://evil.example/f.svg#a)\"/>")]
    [InlineData("<rect><animate attributeName=\"filter\" values=\"url(http://evil.example/f.svg#a);none\" dur=\"1s\"/></rect>")]
    [InlineData("<rect><animate attributeName=\"cursor\" values=\"';url(http://evil.example/c.png),auto;'\" dur=\"1s\"/></rect>")]
    [InlineData("<rect><animate attributeName=\"cursor\" values=\"/*;url(http://evil.example/c.png),auto;*/\" dur=\"1s\"/></rect>")]
    [InlineData("<rect style=\"fill:red;cursor:u\\72&#13;&#10;l(http://evil.example/c.png),auto\"/>")]
    public void An_address_hidden_from_the_first_look_is_taken_out(string part)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\">{part}</svg>"));
        var read = SvgReader.Read(file);
        Assert.NotEmpty(read.Removed);
        Assert.DoesNotContain("evil.example", SvgWriter.ToText(read.Document), StringComparison.Ordinal);
    }
}
