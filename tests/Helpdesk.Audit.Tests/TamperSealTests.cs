namespace Helpdesk.Audit.Tests;

/// <summary>Somebody who may do everything in the database changes the proof itself: seals and checkpoints.</summary>
public sealed class TamperSealTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("first_seq = first_seq + 1")]
    [InlineData("last_seq = last_seq + 1")]
    [InlineData("newest_id = newest_id + 1")]
    [InlineData("members = overlay(members placing '\\x01'::bytea from 3)")]
    [InlineData("members = null")]
    [InlineData("members = ''")]
    [InlineData("root = sha256('x')")]
    [InlineData("hash = sha256('x')")]
    [InlineData("at = at + interval '1 millisecond'")]
    [InlineData("tenant_id = -tenant_id")]
    public async Task A_seal_with_another_value_is_named(string change)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var seal = (await SealsAsync(tenant))[1];
        Assert.Equal(1, await app.OwnerSqlAsync($"update audit.seal set {change} where tenant_id = @Id and first_seq = @seal", new { tenant.Id, seal }));
        Assert.Matches($"^seal_(changed|removed) {seal}$", await client.FoundAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_deleted_seal_is_named(int which)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var seals = await SealsAsync(tenant);
        var seal = which < 0 ? seals[^1] : seals[which];
        await app.OwnerSqlAsync("delete from audit.seal where tenant_id = @Id and first_seq = @seal", new { tenant.Id, seal });
        Assert.Equal($"seal_removed {seal}", await client.FoundAsync());
        // The server does not seal the gap again, for that would hide it.
        await client.TicketAsync();
        await tenant.SealedAsync();
        Assert.Equal($"seal_removed {seal}", await client.FoundAsync());
    }

    [Fact]
    public async Task Without_any_seal_the_log_is_broken()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.OwnerSqlAsync("delete from audit.seal where tenant_id = @Id; delete from audit.checkpoint where tenant_id = @Id", new { tenant.Id });
        Assert.Equal("seal_removed 1", await client.FoundAsync());
    }

    [Fact]
    public async Task A_seal_put_between_is_named()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.OwnerSqlAsync("""
            insert into audit.seal select tenant_id, first_seq + 100000, last_seq + 100000, newest_id, members, root, hash, at from audit.seal
            where tenant_id = @Id order by first_seq limit 1
            """, new { tenant.Id });
        Assert.StartsWith("seal_removed ", await client.FoundAsync());
    }

    [Theory]
    [InlineData("seq = seq - 1")]
    [InlineData("hash = sha256('x')")]
    [InlineData("before_id = 9000000000000000")]
    [InlineData("at = at + interval '1 millisecond'")]
    [InlineData("key_id = '0123456789abcdef'")]
    [InlineData("signature = overlay(signature placing '\\x00'::bytea from 10)")]
    [InlineData("signature = ''")]
    public async Task A_checkpoint_with_another_value_is_named(string change)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
        Assert.NotEqual(0, await app.OwnerSqlAsync($"update audit.checkpoint set {change} where tenant_id = @Id", new { tenant.Id }));
        Assert.StartsWith("checkpoint_changed ", await client.FoundAsync());
    }

    [Theory]
    [InlineData("number = 1")]
    [InlineData("number = 2")]
    public async Task A_checkpoint_deleted_among_others_is_named(string which)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        for (var i = 0; i < 3; i++)
        {
            await client.TicketAsync();
            await tenant.SettledAsync();
            await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
        }

        Assert.Equal(1, await app.OwnerSqlAsync($"delete from audit.checkpoint where tenant_id = @Id and {which}", new { tenant.Id }));
        Assert.StartsWith("checkpoint_removed ", await client.FoundAsync());
    }

    [Fact]
    public async Task A_tail_cut_off_with_everything_but_the_checkpoints_is_noticed()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
        var left = await CutAsync(tenant, withCheckpoints: false);
        Assert.Equal($"cut_off {left + 1}", await client.FoundAsync());
    }

    [Fact]
    public async Task A_tail_cut_off_without_leaving_a_trace_is_noticed_by_a_kept_checkpoint()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var kept = (await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None))!;
        var left = await CutAsync(tenant, withCheckpoints: true);
        Assert.Equal("intact", await client.FoundAsync());
        Assert.Equal($"cut_off {left + 1}", await client.FoundAsync($"?checkpoint_seq={kept.Seq}&checkpoint_hash={kept.Hash}"));
        Assert.Equal(AuditFaultKind.CutOff, (await app.Audit.VerifyAsync(tenant.Tenant, [kept], CancellationToken.None)).FirstFault!.Kind);

        // And when the log has grown past that place again.
        for (var i = 0; i < 6; i++)
            await client.TicketAsync();
        await tenant.SealedAsync();
        Assert.StartsWith("seal_changed ", await client.FoundAsync($"?checkpoint_seq={kept.Seq}&checkpoint_hash={kept.Hash}"));
    }

    [Fact]
    public async Task History_written_anew_with_fitting_seals_does_not_fit_the_signed_checkpoint()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var kept = (await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None))!;
        var id = (await tenant.NumberedAsync())[4];
        await app.OwnerSqlAsync("update log.event set actor_label = 'nobody' where tenant_id = @Tenant and id = @id", new { Tenant = tenant.Id, id });
        await Forger.SealAnewAsync(app, tenant);
        Assert.StartsWith("seal_changed ", await client.FoundAsync());
        // Without the checkpoints of the database only the kept one knows.
        await app.OwnerSqlAsync("delete from audit.checkpoint where tenant_id = @Id", new { tenant.Id });
        Assert.StartsWith("seal_changed ", await client.FoundAsync($"?checkpoint_seq={kept.Seq}&checkpoint_hash={kept.Hash}"));
    }

    /// <summary>Cuts the last third off; answers the last number left.</summary>
    private async Task<long> CutAsync(TestTenant tenant, bool withCheckpoints)
    {
        var seals = await SealsAsync(tenant);
        var first = seals[seals.Count * 2 / 3];
        await app.OwnerSqlAsync($"""
            delete from log.event where tenant_id = @Id and id in (select event_id from log.feed where tenant_id = @Id and id >= @first);
            delete from log.feed where tenant_id = @Id and id >= @first;
            delete from audit.seal where tenant_id = @Id and first_seq >= @first;
            update log.stream set last_seq = @first - 1 where tenant_id = @Id;
            update log.consumer set last_seq = @first - 1 where tenant_id = @Id;
            delete from audit.published where tenant_id = @Id and id >= @first;
            {(withCheckpoints ? "delete from audit.checkpoint where tenant_id = @Id and seq >= @first" : "")}
            """, new { tenant.Id, first });
        return first - 1;
    }

    private Task<IReadOnlyList<long>> SealsAsync(TestTenant tenant) =>
        app.OwnerQueryAsync<long>("select first_seq from audit.seal where tenant_id = @Id order by first_seq", new { tenant.Id });
}
