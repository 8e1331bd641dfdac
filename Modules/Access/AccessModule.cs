namespace Helpdesk.Access;

/// <summary>Tenants, their plans and their API keys. Owns the <c>access</c> schema.</summary>
public sealed class AccessModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "access";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ITenantDirectory, TenantDirectory>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<IApiKeys>(provider => provider.GetRequiredService<ApiKeys>());
        services.AddSingleton<LastUsed>();
        services.AddHostedService(provider => provider.GetRequiredService<LastUsed>());
    }
}
