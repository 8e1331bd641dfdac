using System.Net;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Section <c>Helpdesk:Hosts</c> of the configuration.</summary>
public sealed class HostOptions
{
    /// <summary>What follows the tenant's label in host names of the native dialect, such as <c>help.example.com</c>.</summary>
    public string[] Suffixes { get; set; } = ["localhost"];
}

/// <summary>Reads the tenant's label out of a host name (mobieus 1).</summary>
public sealed class HostNames
{
    private readonly string[] _suffixes;

    /// <summary>Takes the suffixes of the configuration.</summary>
    public HostNames(HostOptions options) => _suffixes = [.. options.Suffixes.Select(suffix => suffix.Trim('.').ToLowerInvariant())];

    /// <summary>
    /// Whether the host is one of ours, and the label before the suffix: null on the bare suffix and on a bare address, where the API key
    /// names the tenant.
    /// </summary>
    public (bool IsKnown, string? Slug) Tenant(string host)
    {
        foreach (var suffix in _suffixes)
        {
            if (host.Equals(suffix, StringComparison.OrdinalIgnoreCase))
                return (true, null);
            var label = host.Length - suffix.Length - 1;
            if (label > 0 && host[label] == '.' && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return host.AsSpan(0, label).Contains('.') ? (false, null) : (true, host[..label].ToLowerInvariant());
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out _) ? (true, null) : (false, null);
    }
}
