namespace Helpdesk.Tickets.Tests;

/// <summary>The order of the last changes has a table of its own, which must follow every change.</summary>
public sealed class RecencyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("live")]
    [InlineData("test")]
    public async Task The_order_of_changes_follows_every_change(string environment)
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TagAsync("lamp");
        var client = await tenant.ClientAsync(key => key with { Environment = environment });
        var tickets = new List<long>();
        for (var i = 0; i < 6; i++)
            tickets.Add((await client.TicketAsync()).Id());
        (await client.PostAsync($"tickets/{tickets[1]}/reply", new { body = "Which lamp?" })).Created();
        (await client.PostAsync($"tickets/{tickets[3]}/reply", new { body = "The blue one.", @internal = true })).Created();
        (await client.PostAsync($"tickets/{tickets[0]}/status", new { status = "pending" })).Ok();
        (await client.PostAsync($"tickets/{tickets[4]}", new { subject = "Blue lamp", priority = "high" })).Ok();
        (await client.PostAsync($"tickets/{tickets[2]}", new { add_tags = new[] { "lamp" } })).Ok();

        long[] order = [tickets[2], tickets[4], tickets[0], tickets[3], tickets[1], tickets[5]];
        Assert.Equal(order, (await client.AllAsync("sort=-updated_at")).Select(ticket => ticket.Id()));
        Assert.Equal(order.Reverse(), (await client.AllAsync("sort=updated_at")).Select(ticket => ticket.Id()));
        Assert.Equal(0, (await app.OwnerQueryAsync<long>("""
            select count(*) from (select tenant_id, is_test, updated_at, id from tickets.ticket where tenant_id = @Id) t
            full join (select tenant_id, is_test, updated_at, ticket_id as id from tickets.recency where tenant_id = @Id) c
                using (tenant_id, is_test, updated_at, id)
            where t.id is null or c.id is null
            """, new { tenant.Id }))[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&sort=updated_at")]
    [InlineData("&sort=-updated_at")]
    [InlineData("&sort=-priority")]
    [InlineData("&q=lamp")]
    [InlineData("&q=lamp&sort=-updated_at")]
    [InlineData("&status=new,open,pending,resolved&sort=updated_at")]
    public async Task Changed_since_means_the_same_in_every_order_and_in_the_total(string more)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var tickets = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            // Answers show whole seconds.
            if (i == 2)
                await Task.Delay(1001);
            tickets.Add((await client.TicketAsync()).Id());
        }

        var since = (await client.GetAsync($"tickets/{tickets[2]}")).Ok().GetProperty("updated_at").GetString();
        (await client.PostAsync($"tickets/{tickets[0]}/reply", new { body = "Which one?" })).Created();

        var reply = (await client.GetAsync($"tickets?updated_since={since}{more}")).Expect(200);
        Assert.Equal([tickets[0], tickets[2], tickets[3]], reply.Data.EnumerateArray().Select(ticket => ticket.Id()).Order());
        Assert.Equal(3, reply.Json.GetProperty("total_count").GetInt32());
    }
}
