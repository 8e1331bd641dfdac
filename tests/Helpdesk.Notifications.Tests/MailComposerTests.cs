using Helpdesk.Notifications.Contracts;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Notifications.Tests;

public sealed class MailComposerTests
{
    [Fact]
    public async Task Mail_of_a_disabled_tenant_is_not_given_up()
    {
        var composer = new MailComposer(new NoTenants(), null!, null!, new MailOptions());
        var queued = new QueuedMail(1, 2, (short)PrefScope.Agent, 3, EventKeys.Assigned, 4, null, null, DateTime.UtcNow, 1, DateTime.UtcNow);
        var compose = await composer.ReadAsync(1, [queued], CancellationToken.None);
        Assert.Throws<InvalidOperationException>(() => compose(queued));
    }

    /// <summary>A directory in which every tenant is disabled.</summary>
    private sealed class NoTenants : ITenantDirectory
    {
        public ValueTask<Tenant?> FindAsync(string slug, CancellationToken ct) => default;

        public ValueTask<Tenant?> FindAsync(long id, CancellationToken ct) => default;
    }
}
