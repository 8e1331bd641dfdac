using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>Queues, agents, statuses and help topics: how a tenant's desk is set up. Owns the <c>desk</c> schema.</summary>
public sealed class DeskModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "desk";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<DeskCatalog>();
        services.AddScoped<DeskWriter>();
        services.AddSingleton<IDeskCatalog>(provider => provider.GetRequiredService<DeskCatalog>());
    }
}
