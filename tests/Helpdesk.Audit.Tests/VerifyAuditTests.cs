namespace Helpdesk.Audit.Tests;

public sealed class VerifyAuditTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Hash = "00000000000000000000000000000000000000000000000000000000000000ff";

    [Fact]
    public async Task A_tenant_without_sealed_events_is_intact()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        Assert.Equal("intact", await client.FoundAsync());
    }

    [Theory]
    [InlineData("?from_seq=0", "from_seq")]
    [InlineData("?from_seq=x", "from_seq")]
    [InlineData("?checkpoint_seq=1", "checkpoint_hash")]
    [InlineData("?checkpoint_hash=" + Hash, "checkpoint_seq")]
    [InlineData("?checkpoint_seq=1&checkpoint_hash=00", "checkpoint_hash")]
    [InlineData("?checkpoint_seq=0&checkpoint_hash=" + Hash, "checkpoint_seq")]
    public async Task Refuses_what_it_cannot_read(string query, string field) => Assert.NotEmpty(
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("audit/verify" + query)).Refused(422, "validation_failed").Field(field));

    [Fact]
    public async Task A_checkpoint_that_was_never_signed_does_not_fit()
    {
        var (_, client) = await app.SealedTenantAsync();
        Assert.StartsWith("seal_changed 1", await client.FoundAsync("?checkpoint_seq=1&checkpoint_hash=" + Hash));
        Assert.StartsWith("cut_off ", await client.FoundAsync("?checkpoint_seq=1000&checkpoint_hash=" + Hash));
    }

    [Fact]
    public async Task A_checkpoint_of_another_tenant_does_not_fit()
    {
        var (tenant, _) = await app.SealedTenantAsync();
        var (_, client) = await app.SealedTenantAsync();
        var theirs = (await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None))!;
        Assert.NotEqual("intact", await client.FoundAsync($"?checkpoint_seq={theirs.Seq}&checkpoint_hash={theirs.Hash}"));
    }

    [Fact]
    public async Task It_can_begin_anywhere()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
        var events = (await tenant.NumberedAsync()).Count;
        for (var from = 1; from <= events + 2; from++)
        {
            var found = await client.VerifyAsync($"?from_seq={from}");
            Assert.Equal("intact", Logging.Said(found));
            Assert.True(found.GetProperty("from_seq").GetInt64() <= Math.Min(from, events + 1));
            Assert.Equal(events, found.GetProperty("to_seq").GetInt64());
        }

        await app.OwnerSqlAsync("delete from log.event where tenant_id = @Id and id = (select event_id from log.feed where tenant_id = @Id and id = 4)", new { tenant.Id });
        Assert.Equal("event_removed 4", await client.FoundAsync());
        Assert.Equal("event_removed 4", await client.FoundAsync("?from_seq=4"));
        Assert.Equal("intact", await client.FoundAsync($"?from_seq={events}"));
    }

    [Fact]
    public async Task A_long_log_is_verified_call_by_call_while_it_grows()
    {
        const int Many = 25_000;
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await app.OldEventsAsync(tenant, Many);
        await tenant.SettledAsync();
        var (calls, events, next) = (0, 0L, (long?)1);
        while (next is not null)
        {
            await client.TicketAsync();
            var found = await client.VerifyAsync($"?from_seq={next}");
            Assert.Equal("intact", Logging.Said(found));
            Assert.Equal(next, found.GetProperty("from_seq").GetInt64());
            events += found.GetProperty("events").GetInt64();
            next = found.GetProperty("next_seq") is { ValueKind: System.Text.Json.JsonValueKind.Number } more ? more.GetInt64() : null;
            calls++;
        }

        Assert.Equal(2, calls);
        Assert.True(events >= Many);
    }

    [Fact]
    public async Task A_log_under_load_is_never_called_broken()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 6).Select(async _ =>
        {
            while (!done.IsCancellationRequested)
                await client.TicketAsync();
        }).ToArray();
        for (var i = 0; i < 60; i++)
        {
            if (i % 10 == 0)
                await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
            Assert.Equal("intact", await client.FoundAsync());
        }

        await done.CancelAsync();
        await Task.WhenAll(writers);
        await tenant.SettledAsync();
        Assert.Equal("intact", await client.FoundAsync());
    }
}
