using Helpdesk.Canned.Contracts;

namespace Helpdesk.Canned;

/// <summary>Canned responses: templates that replies are composed from. Owns the <c>canned</c> schema.</summary>
public sealed class CannedModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "canned";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<CannedWriter>();
        services.AddScoped<ICannedTemplates, CannedTemplates>();
    }
}
