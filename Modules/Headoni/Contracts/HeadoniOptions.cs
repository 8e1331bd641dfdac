namespace Helpdesk.Headoni.Contracts;

/// <summary>Section <c>Helpdesk:Headoni</c> of the configuration.</summary>
public sealed class HeadoniOptions
{
    /// <summary>What follows the desk's label in host names of this dialect, such as <c>tickets.example.com</c>.</summary>
    public string[] Suffixes { get; set; } = ["headoni.localhost"];
}
