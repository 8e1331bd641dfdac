using Helpdesk.Audit.Contracts;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.Webhooks.Delivering;
using Helpdesk.Webhooks.Signing;
using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks;

/// <summary>Endpoints outside that hear of a tenant's events, and the deliveries to them. Owns the <c>webhooks</c> schema.</summary>
public sealed class WebhooksModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "webhooks";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection(WebhookOptions.Section).Get<WebhookOptions>() ?? new WebhookOptions());
        services.AddSingleton<IResolver, SystemResolver>();
        services.AddSingleton<TargetGuard>();
        services.AddSingleton<SigningSecrets>();
        services.AddSingleton<EventTypes>();
        services.AddScoped<WebhookWriter>();
        services.AddScoped<DeliveryWriter>();
        services.AddSingleton<Turns>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<Sender>();
        services.AddSingleton<Disabler>();
        services.AddSingleton<OwnFaults>();
        services.AddSingleton<OutcomeWriter>();
        services.AddSingleton<Deliverer>();
        services.AddSingleton<IPublishedConsumer, FanOut>();
        services.AddSingleton<IWaitingWork, DeliveryBacklog>();
        services.AddSingleton<ITidying, OldDeliveries>();
        services.AddHostedService<Dispatcher>();
    }
}
