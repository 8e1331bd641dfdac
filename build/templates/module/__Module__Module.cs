namespace Helpdesk.__Module__;

/// <summary>__Module__. Owns the <c>__module__</c> schema.</summary>
public sealed class __Module__Module : IModule
{
    /// <inheritdoc/>
    public string Schema => "__module__";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        // Handlers, validators, endpoints and consumers of events are found by scanning; only what they share is registered here.
    }
}
