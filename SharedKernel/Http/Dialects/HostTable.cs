using System.Net;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>What a host name says beside the dialect.</summary>
/// <param name="IsKnown">Whether it is one of ours: a suffix, at most one label before it, or a bare address.</param>
/// <param name="Label">The label before the suffix, lower case, if there is one.</param>
public readonly record struct HostLabel(bool IsKnown, string? Label);

/// <summary>
/// Finds the dialect of a host name. What no dialect claims, bare addresses among it, is the native one's to answer. Looked up once for
/// each request, before routing.
/// </summary>
internal sealed class HostTable
{
    private readonly (string Suffix, IGate Gate)[] _suffixes;
    private readonly IGate _native;

    public HostTable(IGate native, IEnumerable<IGate> gates)
    {
        _native = native;
        // The longest first: "headoni.localhost" is no tenant "headoni" on "localhost".
        _suffixes = [.. from gate in gates
                        from suffix in gate.Suffixes
                        let host = suffix.Trim('.').ToLowerInvariant()
                        orderby host.Length descending
                        select (host, gate)];
    }

    public (IGate Gate, HostLabel Host) Find(string host)
    {
        foreach (var (suffix, gate) in _suffixes)
        {
            if (!host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            if (host.Length == suffix.Length)
                return (gate, new(true, null));
            var label = host.Length - suffix.Length - 1;
            if (label > 0 && host[label] == '.')
                return (gate, host.AsSpan(0, label).Contains('.') ? default : new(true, host[..label].ToLowerInvariant()));
        }

        return (_native, new(IPAddress.TryParse(host.AsSpan().Trim("[]"), out _), null));
    }
}
