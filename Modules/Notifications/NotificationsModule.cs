using Helpdesk.Notifications.Contracts;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.Notifications;

/// <summary>Who wants to be told of what; telling them by mail and in the product. Owns the <c>notifications</c> schema.</summary>
public sealed class NotificationsModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "notifications";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection(MailOptions.Section).Get<MailOptions>() ?? new MailOptions());
        services.AddScoped<Scopes>();
        services.AddSingleton<MailQueue>();
        services.AddSingleton<MailComposer>();
        services.AddSingleton<IWaitingWork, MailBacklog>();
        services.AddSingleton<ITidying, OldNotifications>();
        services.AddHostedService<MailSender>();
    }
}
