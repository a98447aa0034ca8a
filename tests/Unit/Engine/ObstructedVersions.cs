using System.Reflection;
using Svgx.Collaboration.Versions;

namespace Svgx.Tests.Unit.Engine;

/// <summary>A version store that does something, such as failing, before the next call of a method.</summary>
public class ObstructedVersions : DispatchProxy
{
    private IVersionStore _inner = null!;
    private (string Method, Func<Task> First)? _next;

    internal static IVersionStore Around(IVersionStore inner)
    {
        var store = Create<IVersionStore, ObstructedVersions>();
        ((ObstructedVersions)store)._inner = inner;
        return store;
    }

    /// <summary>Once, before the next call of a method.</summary>
    public void Before(string method, Func<Task> first) => _next = (method, first);

    /// <summary>The next call of a method fails.</summary>
    public void Fail(string method, Exception error) => Before(method, () => Task.FromException(error));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_next is not { } next || next.Method != targetMethod!.Name)
            return targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        _next = null;
        return GetType().BaseType!.GetMethod(nameof(AfterAsync), BindingFlags.NonPublic | BindingFlags.Instance)!
            .MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(this, [next.First, targetMethod, args]);
    }

    private async Task<T> AfterAsync<T>(Func<Task> first, MethodInfo method, object?[] args)
    {
        await first();
        return await (Task<T>)method.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null)!;
    }
}
