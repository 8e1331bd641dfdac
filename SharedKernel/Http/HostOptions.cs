namespace Helpdesk.SharedKernel.Http;

/// <summary>Section <c>Helpdesk:Hosts</c> of the configuration.</summary>
public sealed class HostOptions
{
    /// <summary>What follows the tenant's label in host names of the native dialect, such as <c>help.example.com</c>.</summary>
    public string[] Suffixes { get; set; } = ["localhost"];
}
