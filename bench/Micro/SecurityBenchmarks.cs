using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;

namespace Svgx.Bench.Micro;

/// <summary>What stands before every join and every message.</summary>
[MemoryDiagnoser]
public class SecurityBenchmarks
{
    private readonly OperationRateLimiter _operations = new(int.MaxValue - 1, TimeSpan.FromSeconds(10), TimeProvider.System);
    private readonly OperationRateLimiter _full = new(1, TimeSpan.FromDays(1), TimeProvider.System);
    private readonly KeyedRateLimiter _addresses = new(int.MaxValue - 1, TimeSpan.FromMinutes(1), TimeProvider.System);
    private string _folder = "";
    private TokenValidator _validator = null!;
    private string _token = "";
    private string _forged = "";

    [GlobalSetup]
    public async Task IssueAsync()
    {
        _folder = Directory.CreateTempSubdirectory("svgx-bench-").FullName;
        var keys = new KeyRing(Options.Create(new StorageOptions { DataFolder = _folder }), TimeProvider.System);
        _token = (await new TokenIssuer(keys, TimeProvider.System).IssueAsync(new("ada", "Ada", Guid.CreateVersion7()))).Token;
        _forged = _token[..^2] + (_token[^2] == 'A' ? "BA" : "AA");
        _validator = new(keys, TimeProvider.System);
        _operations.TryTake("ada", "move", out _);
        _addresses.TryTake("192.0.2.1", out _);
        _full.TryTake("ada", "move", out _);
    }

    [GlobalCleanup]
    public void Clear() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public TokenResult CheckToken() => _validator.Validate(_token);

    [Benchmark]
    public TokenResult RefuseForgedToken() => _validator.Validate(_forged);

    [Benchmark]
    public bool TakeOperation() => _operations.TryTake("ada", "move", out _);

    [Benchmark]
    public bool RefuseOperation() => _full.TryTake("ada", "move", out _);

    [Benchmark]
    public bool TakeAddress() => _addresses.TryTake("192.0.2.1", out _);
}
