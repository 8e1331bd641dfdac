using System.Diagnostics.Metrics;
using Npgsql;

namespace Helpdesk.Tickets.Tests;

/// <summary>Requests that come together are committed together, and nobody can tell.</summary>
public sealed class SharedCommitTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int Many = 12;

    [Fact]
    public async Task Requests_of_several_tenants_share_transactions_and_stay_apart()
    {
        var tenants = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => app.NewTenantAsync()));
        var clients = await Task.WhenAll(tenants.Select(tenant => tenant.ClientAsync()));
        await Task.WhenAll(clients.SelectMany((client, tenant) => Enumerable.Range(1, Many).Select(async at =>
            (await client.PostAsync("tickets", new { subject = $"{tenant}-{at}", body = "x" }, $"key-{at}")).Created())));

        foreach (var (client, tenant) in clients.Select((client, at) => (client, at)))
        {
            var tickets = await client.AllAsync();
            Assert.Equal(Enumerable.Range(1, Many).Select(at => $"{tenant}-{at}").Order(), tickets.Select(ticket => ticket.Text("subject")).Order());
            Assert.Equal(Enumerable.Range(1, Many).Select(at => $"HD-{at:D6}"), tickets.Select(ticket => ticket.Text("reference")).Order());
            foreach (var ticket in tickets)
                Assert.Equal(["ticket.created"], await app.EventsAsync(ticket));
            var again = (await client.PostAsync("tickets", new { subject = $"{tenant}-7", body = "x" }, "key-7")).Created();
            Assert.Equal(tickets.Single(ticket => ticket.Text("subject") == $"{tenant}-7").Text("reference"), again.Text("reference"));
        }

        var transactions = await app.OwnerQueryAsync<long>(
            "select count(distinct xmin::text) from tickets.ticket where tenant_id = any(@Ids)", new { Ids = tenants.Select(tenant => tenant.Id).ToArray() });
        Assert.InRange(Assert.Single(transactions), 1, (3 * Many) - 1);
    }

    [Fact]
    public async Task Who_loses_a_race_is_refused_and_takes_nobody_along()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var tags = Enumerable.Range(0, Many).Select(_ => client.PostAsync("tags", new { slug = "vip", name = "VIP" })).ToArray();
        var tickets = Enumerable.Range(0, Many).Select(at => client.PostAsync("tickets", new { subject = $"Beside {at}", body = "x" })).ToArray();

        Assert.All(await Task.WhenAll(tickets), reply => reply.Created());
        var replies = await Task.WhenAll(tags);
        Assert.Single(replies, reply => reply.Status == 201);
        Assert.All(replies.Where(reply => reply.Status != 201), reply => reply.Refused(409, "slug_taken"));
        Assert.Equal(Many, await client.TotalAsync(""));
    }

    [Fact]
    public async Task A_fault_of_one_request_is_no_fault_of_the_others()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await app.OwnerSqlAsync($"""
            create function tickets.faulty_{tenant.Id}() returns trigger language plpgsql as $$ begin raise exception 'made to fail'; end $$;
            create trigger faulty_{tenant.Id} before insert on tickets.ticket
                for each row when (new.tenant_id = {tenant.Id} and new.subject = 'Faulty') execute function tickets.faulty_{tenant.Id}()
            """);
        var replies = await Task.WhenAll(Enumerable.Range(0, Many).Select(at =>
            client.PostAsync("tickets", new { subject = at == 5 ? "Faulty" : $"Sound {at}", body = "x" })));

        Assert.Equal(500, replies[5].Status);
        Assert.All(replies.Where((_, at) => at != 5), reply => reply.Created());
        Assert.Equal(Many - 1, await client.TotalAsync(""));
    }

    [Fact]
    public async Task Only_who_wants_a_locked_row_waits_for_it()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var other = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await using var stranger = new NpgsqlConnection(app.OwnerConnectionString);
        await stranger.OpenAsync();
        await using var transaction = await stranger.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand($"select from tickets.ticket where id = {ticket.Id()} for update", stranger, transaction))
            await hold.ExecuteNonQueryAsync();

        var reply = client.ReplyAsync(ticket, new { body = "x" });
        var beside = Enumerable.Range(0, Many).SelectMany(_ => new[]
        {
            client.PostAsync("tickets", new { subject = "Beside", body = "x" }), other.PostAsync("tickets", new { subject = "Beside", body = "x" }),
        }).ToArray();
        Assert.All(await Task.WhenAll(beside), created => created.Created());
        Assert.False(reply.IsCompleted);

        await transaction.CommitAsync();
        (await reply).Created();
    }

    [Fact]
    public async Task Many_who_write_to_one_ticket_all_get_their_turn()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        var decidedAgain = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Name == "helpdesk.commits.retried")
                heard.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags is [{ Value: nameof(ReplyToTicket) }])
                Interlocked.Increment(ref decidedAgain);
        });
        listener.Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(at => client.ReplyAsync(ticket, new { body = $"Line {at}" })));

        Assert.All(replies, reply => reply.Created());
        Assert.Equal(41, (await client.ThreadAsync(ticket)).Count(line => line.StartsWith("message ", StringComparison.Ordinal)));
        Assert.Equal(0, decidedAgain);
        Assert.Equal([41], await app.OwnerQueryAsync<int>(
            "select version from tickets.ticket where tenant_id = @TenantId and id = @Id", new { TenantId = tenant.Id, Id = ticket.Id() }));
    }
}
