using System.Text.Json;

namespace Helpdesk.Headoni.Tests;

public sealed class BrowseTicketsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_the_newest_first_without_messages_or_a_total()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        await client.TicketAsync("First");
        await client.TicketAsync("Second", more: new { priority = "high" });
        await Verify(await client.GetAsync("tickets"));
    }

    [Fact]
    public async Task A_desk_without_tickets_has_an_empty_list() =>
        Assert.Equal("""{"tickets":[],"nextCursor":null}""", (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("tickets")).Expect(200).Text);

    [Fact]
    public async Task Goes_on_at_the_last_id_and_shows_each_ticket_once()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        var made = new List<string>();
        for (var i = 0; i < 28; i++)
            made.Add((await client.TicketAsync()).Text("id"));
        made.Reverse();

        var first = (await client.GetAsync("tickets")).Ok();
        Assert.Equal(made[..25], first.GetProperty("tickets").Ids());
        Assert.Equal(made[24], first.Text("nextCursor"));
        var rest = (await client.GetAsync($"tickets?cursor={first.Text("nextCursor")}")).Ok();
        Assert.Equal(made[25..], rest.GetProperty("tickets").Ids());
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("nextCursor").ValueKind);
        Assert.Equal(made, await AllAsync(client, "limit=9"));
        Assert.Equal(made, await AllAsync(client, "limit=28"));
        Assert.Equal(made, (await client.GetAsync("tickets?limit=100&cursor=99999999999999999999999")).Ok().GetProperty("tickets").Ids());
        Assert.Empty((await client.GetAsync("tickets?cursor=1")).Ok().GetProperty("tickets").Ids());
    }

    [Fact]
    public async Task Finds_by_the_whole_address_in_any_letter_case()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        var mine = (await client.TicketAsync(email: "maria@mail.example")).Text("id");
        await client.TicketAsync(email: "maria@mail.example.org");
        Assert.Equal([mine], (await client.GetAsync("tickets?requesterEmail=MARIA@Mail.example")).Ok().GetProperty("tickets").Ids());
        Assert.Empty((await client.GetAsync("tickets?requesterEmail=maria")).Ok().GetProperty("tickets").Ids());
        // A comma is no list here.
        Assert.Empty((await client.GetAsync("tickets?requesterEmail=maria@mail.example,maria@mail.example.org")).Ok().GetProperty("tickets").Ids());
    }

    [Fact]
    public async Task Finds_by_type_of_status_and_by_status()
    {
        var tenant = await app.NewTenantAsync();
        var (client, native) = (await tenant.HeadoniAsync(), await tenant.ClientAsync());
        var byStatus = new Dictionary<string, string>();
        foreach (var status in new[] { "new", "open", "pending", "on_hold", "resolved", "closed" })
        {
            byStatus[status] = (await client.TicketAsync(status)).Text("id");
            (await native.PostAsync($"tickets/{byStatus[status]}/status", new { status })).Ok();
        }

        async Task IsAsync(string filter, params string[] statuses) => Assert.Equal(
            statuses.Select(status => byStatus[status]).OrderDescending(), await AllAsync(client, $"limit=1&status={filter}"));

        await IsAsync("open", "new", "open");
        await IsAsync("awaiting_reply", "pending", "on_hold");
        await IsAsync("resolved", "resolved");
        await IsAsync("closed", "closed");
        foreach (var (id, key) in await app.OwnerQueryAsync<(long Id, string Key)>("select id, key from desk.status where tenant_id = @Id", new { tenant.Id }))
            await IsAsync($"{id}", byStatus.ContainsKey(key) ? [key] : []);
        await IsAsync("1");
        await IsAsync("99999999999999999999999");
        Assert.Equal(2, (await client.GetAsync("tickets?status=open&requesterEmail=maria@mail.example")).Ok().GetProperty("tickets").GetArrayLength());
        Assert.Equal(0, (await client.GetAsync("tickets?status=open&requesterEmail=x@mail.example")).Ok().GetProperty("tickets").GetArrayLength());
    }

    [Fact]
    public async Task A_status_of_the_desks_own_is_found_by_its_id_and_shown_by_its_label()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var made = await client.TicketAsync();
        var custom = Assert.Single(await app.OwnerQueryAsync<long>("""
            update tickets.ticket t set version = t.version + 1, status_id = s.id from desk.status s
            where t.tenant_id = @Id and s.tenant_id = @Id and s.key = 'pending_awaiting_parts' returning s.id
            """, new { tenant.Id }));
        var found = Assert.Single((await client.GetAsync($"tickets?status={custom}")).Ok().GetProperty("tickets").EnumerateArray());
        Assert.Equal(made.Text("id"), found.Text("id"));
        Assert.Equal($$"""{"id":"{{custom}}","label":"Pending - Awaiting Parts","internalType":"awaiting_reply"}""", found.GetProperty("status").GetRawText());
    }

    [Theory]
    [InlineData("limit=0", "too_small limit")]
    [InlineData("limit=-3", "too_small limit")]
    [InlineData("limit=101", "too_big limit")]
    [InlineData("limit=99999999999999999999999", "too_big limit")]
    [InlineData("limit=ten", "invalid_type limit")]
    [InlineData("limit=1.5", "invalid_type limit")]
    [InlineData("limit=-", "invalid_type limit")]
    [InlineData("limit=1&limit=2", "invalid_type limit")]
    [InlineData("cursor=cur_1", "invalid_string cursor")]
    [InlineData("cursor=-1", "invalid_string cursor")]
    [InlineData("requesterEmail=%00", "invalid_string requesterEmail")]
    [InlineData("limit=0&cursor=x", "too_small limit|invalid_string cursor")]
    public async Task Refuses_a_query_that_it_cannot_read(string query, string issues)
    {
        var reply = (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("tickets?" + query)).Refused(400, "invalid_query");
        Assert.Equal(issues.Split('|'), reply.Issues);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("OPEN")]
    [InlineData("open,closed")]
    [InlineData("-1")]
    public async Task Refuses_a_status_that_is_neither_word_nor_id(string status)
    {
        var reply = (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("tickets?status=" + status)).Refused(400, "invalid_status");
        Assert.Empty(reply.Issues);
    }

    [Fact]
    public async Task Passes_over_empty_and_unknown_parts_of_the_query()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        await client.TicketAsync();
        Assert.Single((await client.GetAsync("tickets?limit=&cursor=&status=&requesterEmail=&unknown=x&q=nothing")).Ok().GetProperty("tickets").Ids());
    }

    [Fact]
    public async Task Does_not_show_the_test_environment_of_the_native_api()
    {
        var tenant = await app.NewTenantAsync();
        await (await tenant.ClientAsync(key => key with { Environment = "test" })).TicketAsync();
        Assert.Empty((await (await tenant.HeadoniAsync()).GetAsync("tickets")).Ok().GetProperty("tickets").Ids());
    }

    private static async Task<List<string>> AllAsync(HeadoniClient client, string query)
    {
        var found = new List<string>();
        for (var cursor = ""; ;)
        {
            var page = (await client.GetAsync($"tickets?{query}&cursor={cursor}")).Ok();
            found.AddRange(page.GetProperty("tickets").Ids());
            cursor = page.Text("nextCursor");
            if (cursor.Length == 0)
                return found;
        }
    }
}
