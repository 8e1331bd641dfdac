using System.Net;
using System.Net.Sockets;

namespace Helpdesk.Webhooks.Targets;

/// <summary>
/// Which addresses are somebody's on the public internet. Everything else is refused: this machine, private and shared networks, link-local
/// ones with the metadata services of clouds, and all forms that hide an IPv4 address in an IPv6 one.
/// </summary>
internal static class AddressRules
{
    private static readonly IPNetwork[] ClosedV4 = Networks(
        "0.0.0.0/8",          // this network
        "10.0.0.0/8",         // private
        "100.64.0.0/10",      // shared by carriers; the metadata service of a cloud is in it
        "127.0.0.0/8",        // this machine
        "168.63.129.16/32",   // a cloud's own service, at a public address
        "169.254.0.0/16",     // link-local, with the metadata services of most clouds
        "172.16.0.0/12",      // private
        "192.0.0.0/24",       // protocol assignments, and the metadata service of a cloud
        "192.0.2.0/24",       // documentation
        "192.31.196.0/24",    // anycast of an experiment
        "192.52.193.0/24",    // anycast relays
        "192.88.99.0/24",     // relays from IPv6
        "192.168.0.0/16",     // private
        "192.175.48.0/24",    // answers for private names
        "198.18.0.0/15",      // measurements
        "198.51.100.0/24",    // documentation
        "203.0.113.0/24",     // documentation
        "224.0.0.0/4",        // multicast
        "240.0.0.0/4");       // reserved, and broadcast

    // Outside of it are unspecified, loopback, IPv4-mapped and -compatible, NAT64, unique local, link-local and multicast addresses.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] ClosedV6 = Networks(
        "2001::/23",          // protocol assignments, with Teredo, which carries IPv4
        "2001:db8::/32",      // documentation
        "2002::/16",          // 6to4, which carries IPv4
        "3fff::/20");         // documentation

    /// <summary>Whether it is a public address.</summary>
    public static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !ClosedV4.Any(network => network.Contains(address)),
        // A network takes a mapped address for the IPv4 one, so that form is looked at by itself.
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && address.ScopeId == 0 && GlobalV6.Contains(address)
            && !ClosedV6.Any(network => network.Contains(address)),
        _ => false,
    };

    /// <summary>Whether it is this machine, in a form that hides nothing.</summary>
    public static bool IsLoopback(IPAddress address) => !address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address);

    private static IPNetwork[] Networks(params ReadOnlySpan<string> networks)
    {
        var parsed = new IPNetwork[networks.Length];
        for (var i = 0; i < networks.Length; i++)
            parsed[i] = IPNetwork.Parse(networks[i]);
        return parsed;
    }
}
