using System.Net;

namespace Helpdesk.Webhooks;

/// <summary>Section <c>Helpdesk:Webhooks</c> of the configuration.</summary>
public sealed record WebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Helpdesk:Webhooks";

    /// <summary>For development: takes endpoints by http as well, and on this machine. Never where tenants are not trusted.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Networks of your own that endpoints may be in, such as <c>10.20.0.0/16</c>, although they are not public.</summary>
    public string[] AllowedNetworks { get; init; } = [];

    // A receiver that is restarted under a burst of events fails often, and is back before long.
    private static readonly TimeSpan LeastOutage = TimeSpan.FromMinutes(10);

    /// <summary>An endpoint is disabled after so many failed attempts in a row, over ten minutes or longer; at least 1.</summary>
    public int DisableAfter { get; init; } = 20;

    /// <summary>Whether an endpoint with these failures in a row, since this time, is switched off.</summary>
    internal bool IsOff(int? failures, DateTime? since, DateTime now) => failures >= DisableAfter && now - since >= LeastOutage;

    /// <summary>The name of a setting and what is wrong with it; null when nothing is.</summary>
    public string? WhyNot() => AllowedNetworks.FirstOrDefault(network => !IPNetwork.TryParse(network, out _)) is { } wrong
        ? $"AllowedNetworks holds '{wrong}', which is no network such as 10.20.0.0/16."
        : null;
}
