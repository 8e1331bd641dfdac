namespace Helpdesk.Host.Observability;

/// <summary>Section <c>Helpdesk:Management</c> of the configuration: a port for those who run the server, not for its clients.</summary>
public sealed class ManagementOptions
{
    /// <summary>Where <c>/metrics</c>, <c>/livez</c> and <c>/readyz</c> are served; null for nowhere, 0 for any free port.</summary>
    public int? Port { get; set; }

    /// <summary>The address to bind. Whoever reaches it sees the metrics, without a key.</summary>
    public string Address { get; set; } = "127.0.0.1";
}
