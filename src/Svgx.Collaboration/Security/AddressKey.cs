using System.Net;
using System.Net.Sockets;

namespace Svgx.Collaboration.Security;

/// <summary>
/// What counts as one place: an IPv4 address, or the first 64 bits of an IPv6 one, of which a single host has all the rest. It is the connection's own address: forwarded headers count only where the host app reads them.
/// </summary>
public static class AddressKey
{
    /// <summary>The key of an address; <c>local</c> where there is none, as in a test server or on a Unix socket.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes) + "/64";
    }
}
