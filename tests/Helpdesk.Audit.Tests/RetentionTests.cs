using Helpdesk.Audit.Contracts;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Audit.Tests;

/// <summary>Dropping old months. It concerns all tenants of the database, so nothing else runs meanwhile.</summary>
[Collection(nameof(Alone))]
public sealed class RetentionTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly DateTimeOffset Present = new(DateTime.UtcNow.Year, DateTime.UtcNow.Month, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Old_months_go_and_the_proof_of_the_rest_stands()
    {
        for (var back = 4; back > 1; back--)
            await app.OwnerQueryAsync<bool>("select log.ensure_partition(@Name, @From, @To)", new
            {
                Name = $"event_{Present.AddMonths(-back):yyyy_MM}",
                From = Ids.FirstAt(Present.AddMonths(-back)),
                To = Ids.FirstAt(Present.AddMonths(1 - back)),
            });
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        // Two months that will go, one that stays, and a run in which events of both stand mixed: a slow transaction at midnight.
        await app.OldEventsAsync(tenant, 300, Present.AddMonths(-4).AddDays(3));
        await tenant.SettledAsync();
        await app.OldEventsAsync(tenant, 20, Present.AddMonths(-2).AddMilliseconds(-10));
        await tenant.SettledAsync();
        await app.OldEventsAsync(tenant, 50, Present.AddMonths(-3).AddDays(9));
        await app.OldEventsAsync(tenant, 50, Present.AddMonths(-2).AddDays(9));
        await tenant.SettledAsync();
        await client.TicketAsync();
        await tenant.SettledAsync();
        var kept = (await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None))!;
        var before = (await tenant.NumberedAsync()).Count;

        var dropped = await EventPartitions.DropAsync(app.Deployment, Present.AddMonths(-2).UtcDateTime, true, CancellationToken.None);

        Assert.Equal([$"event_{Present.AddMonths(-4):yyyy_MM}", $"event_{Present.AddMonths(-3):yyyy_MM}"], dropped);
        Assert.Empty(await app.OwnerQueryAsync<long>("select id from log.event where tenant_id = @Id and id < @Before", new { tenant.Id, Before = Ids.FirstAt(Present.AddMonths(-2)) }));
        await client.TicketAsync();
        await tenant.SealedAsync();
        var found = await app.Audit.VerifyAsync(tenant.Tenant, [kept], CancellationToken.None);
        Assert.True(found.Intact, found.FirstFault?.Message);
        Assert.True(found.Events < before - 350, $"{found.Events} of {before}");
        Assert.True(found.Checkpoint!.BeforeId > 0);
        Assert.Equal("intact", await client.FoundAsync());
        Assert.Contains("audit.retained", (await client.GetAsync("audit?actor_kind=system")).Ok().Texts("event_key"));

        // A second run finds nothing, and signs nothing.
        Assert.Empty(await EventPartitions.DropAsync(app.Deployment, Present.AddMonths(-2).UtcDateTime, true, CancellationToken.None));
        await ExportStandsAsync(tenant, kept);
        await TamperingIsStillToldAsync(tenant, client);
    }

    [Fact]
    public async Task A_broken_log_is_not_shortened_unless_the_operator_insists()
    {
        var (tenant, _) = await app.SealedTenantAsync();
        await app.OwnerSqlAsync("update log.event set actor_id = 1 where tenant_id = @Id", new { tenant.Id });
        var before = Present.AddMonths(-6).UtcDateTime;
        var refusal = await Assert.ThrowsAsync<OperatorException>(() => tenant.SendAsync(new RetainAudit(before, false)));
        Assert.Contains("does not verify: Event ", refusal.Message, StringComparison.Ordinal);
        await tenant.SendAsync(new RetainAudit(before, true));
    }

    [Fact]
    public async Task Nothing_is_signed_away_before_it_is_sealed_and_read()
    {
        var (tenant, _) = await app.SealedTenantAsync();
        var after = DateTime.UtcNow.AddHours(1);
        await app.OwnerSqlAsync(
            "update log.consumer set last_seq = 2, leased_until = now() + interval '1 hour' where tenant_id = @Id and name = 'events'", new { tenant.Id });
        Assert.Contains("'events' has not read", await RefusalAsync(), StringComparison.Ordinal);
        await app.OwnerSqlAsync("delete from audit.seal where tenant_id = @Id and first_seq > 1", new { tenant.Id });
        Assert.Contains("not sealed yet", await RefusalAsync(), StringComparison.Ordinal);

        async Task<string> RefusalAsync() =>
            (await Assert.ThrowsAsync<OperatorException>(() => tenant.SendAsync(new RetainAudit(after, false)))).Message;
    }

    private async Task ExportStandsAsync(TestTenant tenant, AuditCheckpointView kept)
    {
        await using var text = new StringWriter();
        await app.Audit.ExportAsync(tenant.Tenant, text, CancellationToken.None);
        await foreach (var (_, found) in AuditFile.VerifyAsync(new StringReader(text.ToString()), app.Audit.PublicKeys(), [kept]))
            Assert.True(found.Intact, found.FirstFault?.Message);
        // What retention dropped must be signed.
        var lie = text.ToString().Replace($"\"before_id\":{Ids.FirstAt(Present.AddMonths(-2))},\"exported_at\"", $"\"before_id\":{Ids.FirstAt(Present.AddYears(1))},\"exported_at\"", StringComparison.Ordinal);
        await foreach (var (_, found) in AuditFile.VerifyAsync(new StringReader(lie), app.Audit.PublicKeys(), [kept]))
            Assert.False(found.Intact);
    }

    private async Task TamperingIsStillToldAsync(TestTenant tenant, ApiClient client)
    {
        await app.OwnerSqlAsync(
            "delete from log.event where tenant_id = @Id and id = (select min(id) from log.event where tenant_id = @Id)", new { tenant.Id });
        Assert.StartsWith("event_removed ", await client.FoundAsync());
        await app.OwnerSqlAsync("delete from audit.checkpoint where tenant_id = @Id and before_id > 0", new { tenant.Id });
        Assert.NotEqual("intact", await client.FoundAsync());
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
