using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Logging;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>Switches endpoints off, as a request of the server itself, which leaves its event.</summary>
internal sealed class Disabler(IServiceScopeFactory scopes, ITenantDirectory tenants, ILogger<Disabler> logger)
{
    public async Task DisableAsync(long tenantId, Target target, DisabledReason reason)
    {
        try
        {
            if (await tenants.FindAsync(tenantId, CancellationToken.None) is not { } tenant)
                return;
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<RequestContext>().Become(tenant, Caller.Server with { IsTest = target.IsTest });
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new DisableWebhook(target.Id, reason, target.Url), CancellationToken.None);
        }
        // The next attempt that fails brings it here again.
        catch (Exception exception)
        {
            logger.LogWarning("A webhook endpoint of tenant {TenantId} was not switched off: {Reason}", tenantId, FaultText.Brief(exception));
        }
    }
}
