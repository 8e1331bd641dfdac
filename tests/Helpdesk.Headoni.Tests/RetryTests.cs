namespace Helpdesk.Headoni.Tests;

/// <summary>The header <c>Idempotency-Key</c>, which this dialect honours as all do.</summary>
public sealed class RetryTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly object Body = new { email = "a@b.c", subject = "Once", body = "Only once." };

    [Fact]
    public async Task Twelve_at_once_make_one_ticket_and_get_one_answer()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        await client.TicketAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostAsync("tickets", Body, "form-1")));
        Assert.Single(replies.Select(reply => (reply.Status, reply.Text)).Distinct());
        Assert.Equal(2, replies[0].Created().GetProperty("number").GetInt32());
        Assert.Equal(11, replies.Count(reply => reply.Headers.ContainsKey("Idempotency-Replayed")));
        Assert.Equal(2, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Another_body_with_the_same_key_is_refused()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        (await client.PostAsync("tickets", Body, "form-1")).Created();
        (await client.PostAsync("tickets", new { email = "a@b.c", subject = "Other", body = "x" }, "form-1")).Refused(422, "idempotency_key_reused");
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_refusal_is_kept_like_a_success()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.ApplyAsync(new Desk.QueueEntry("billing", default, default, default, false, default, default));
        var body = new { email = "a@b.c", subject = "s", body = "b", departmentId = $"{queue.Id}" };
        (await client.PostAsync("tickets", body, "form-1")).Refused(400, "department_not_found");
        await tenant.ApplyAsync(new Desk.QueueEntry("billing", default, default, default, true, default, default));
        var again = (await client.PostAsync("tickets", body, "form-1")).Refused(400, "department_not_found");
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        (await client.PostAsync("tickets", body, "form-2")).Created();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    public async Task What_could_not_be_read_is_not_kept(string broken)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        (await client.SendAsync(HttpMethod.Post, "tickets", broken, "form-1")).Refused(400, "invalid_body");
        (await client.PostAsync("tickets", Body, "form-1")).Created();
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_key_that_cannot_be_one_is_refused_and_nothing_is_made()
    {
        var tenant = await app.NewTenantAsync();
        var reply = await (await tenant.HeadoniAsync()).PostAsync("tickets", Body, new string('k', 256));
        Assert.Equal(["invalid_string Idempotency-Key"], reply.Refused(400, "invalid_body").Issues);
        Assert.Equal(0, await tenant.TicketCountAsync());
    }
}
