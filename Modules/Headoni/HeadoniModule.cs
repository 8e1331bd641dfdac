using Helpdesk.Headoni.Contracts;
using Helpdesk.SharedKernel.Http.Dialects;

namespace Helpdesk.Headoni;

/// <summary>
/// The dialect Headoni: creates and reads tickets for forms and other small programs. Has no table and no rule of its own: departments are
/// queues, ticket types are help topics, statuses are read by their category.
/// </summary>
public sealed class HeadoniModule : IModule
{
    /// <summary>The module's name; nothing in the database has it.</summary>
    public string Schema => "headoni";

    /// <inheritdoc/>
    public Dialect Dialect => HeadoniDialect.Instance;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(configuration.GetSection("Helpdesk:Headoni").Get<HeadoniOptions>() ?? new HeadoniOptions());
}
