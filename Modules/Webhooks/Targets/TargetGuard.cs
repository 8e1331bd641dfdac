using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Helpdesk.Webhooks.Targets;

/// <summary>
/// Keeps what is sent out from reaching the inside: looks at an address when it is given and at every connection. A name is resolved once
/// for each connection, and the addresses that were looked at are those that are connected to.
/// </summary>
internal sealed class TargetGuard(WebhookOptions options, IResolver resolver)
{
    private const string NotPublic = "must lead to a public address.";

    private const int LongestName = 253;
    private const int LongestLabel = 63;

    // Whoever registers an endpoint should not wait for a name server that is away; the connection looks again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // One address of several that does not answer must not take the time of the others.
    private static readonly TimeSpan PatienceWithAnAddress = TimeSpan.FromSeconds(3);

    private readonly IPNetwork[] _allowed = [.. options.AllowedNetworks.Select(network => IPNetwork.Parse(network))];

    /// <summary>What is wrong with the looks of an address; null when nothing is.</summary>
    public static string? WhyNotForm(string url, WebhookOptions options)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !HasHost(uri)
            || !(uri.Scheme == Uri.UriSchemeHttps || (options.AllowInsecure && uri.Scheme == Uri.UriSchemeHttp)))
        {
            return "must be a complete address that begins with https://.";
        }

        if (uri.UserInfo.Length > 0)
            return "must hold no user name and no password.";
        return uri.Fragment.Length > 0 ? "must hold no fragment." : null;
    }

    /// <summary>What is wrong with where an address leads; null when nothing is, or when its name is not known at the moment.</summary>
    public async Task<string?> WhyNotAsync(string url, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            return (await AddressesAsync(new Uri(url).IdnHost, limit.Token)).All(IsAllowed) ? null : NotPublic;
        }
        catch (Exception exception) when (exception is SocketException or NoLookUpException or ArgumentException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Connects to a host of which every address may be sent to.</summary>
    /// <exception cref="TargetRefusedException">One may not.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await AddressesAsync(context.DnsEndPoint.Host, ct);
        if (!addresses.All(IsAllowed))
            throw new TargetRefusedException();
        for (var i = 0; ; i++)
        {
            var isLast = i == addresses.Length - 1;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            if (!isLast)
                limit.CancelAfter(PatienceWithAnAddress);
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], context.DnsEndPoint.Port), limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (isLast || ct.IsCancellationRequested || exception is not (SocketException or OperationCanceledException))
                    throw;
            }
        }
    }

    // A name can be too long only once it is written in ASCII, of which some ways tell by an exception and others by leaving it as it was.
    private static bool HasHost(Uri uri)
    {
        try
        {
            var host = Ascii.IsValid(uri.IdnHost) ? uri.IdnHost : new IdnMapping().GetAscii(uri.IdnHost);
            return host.Length is > 0 and <= LongestName && host.Split('.').All(label => label.Length <= LongestLabel);
        }
        catch (Exception exception) when (exception is UriFormatException or ArgumentException)
        {
            return false;
        }
    }

    private async ValueTask<IPAddress[]> AddressesAsync(string host, CancellationToken ct) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolver.ResolveAsync(host, ct);

    private bool IsAllowed(IPAddress address) => AddressRules.IsPublic(address)
        || (options.AllowInsecure && AddressRules.IsLoopback(address))
        || (!address.IsIPv4MappedToIPv6 && _allowed.Any(network => network.Contains(address)));
}

/// <summary>A host has an address that may not be sent to.</summary>
internal sealed class TargetRefusedException() : Exception("The target has an address that may not be sent to.");
