using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

/// <summary>Tags that tickets carry. Owns the <c>tags</c> schema.</summary>
public sealed class TagsModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "tags";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<TagWriter>();
        services.AddSingleton<TagCatalog>();
        services.AddSingleton<ITagCatalog>(provider => provider.GetRequiredService<TagCatalog>());
    }
}
