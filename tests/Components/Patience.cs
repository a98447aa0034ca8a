using System.Runtime.CompilerServices;
using Bunit;

namespace Svgx.Tests.Components;

/// <summary>A busy machine takes longer than the one second that bUnit waits for what must come.</summary>
internal static class Patience
{
    [ModuleInitializer]
    internal static void Set() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);
}
