namespace Helpdesk.Access.Tests;

public sealed class IdempotencyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly object Lamp = new { subject = "Lamp", body = "Dark." };

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_nothing_runs_twice()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var first = (await client.PostAsync("tickets", Lamp, "k")).Expect(201);
        (await client.PostAsync("tickets/HD-000001", new { subject = "Changed meanwhile" })).Ok();

        var repeat = (await client.PostAsync("tickets", Lamp, "k")).Expect(201);

        Assert.Equal(first.Text, repeat.Text);
        Assert.Equal("true", repeat.Headers["Idempotency-Replayed"]);
        Assert.DoesNotContain("Idempotency-Replayed", first.Headers.Keys);
        Assert.Equal(first.Headers["X-Request-Id"], repeat.Json.GetProperty("request_id").GetString());
        Assert.NotEqual(first.Headers["X-Request-Id"], repeat.Headers["X-Request-Id"]);
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Twelve_at_once_act_once()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostAsync("tickets", Lamp, "k")));
        Assert.All(replies, reply => reply.Expect(201));
        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.Single(replies, reply => !reply.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused_and_changes_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var first = (await client.PostAsync("tickets", Lamp, "k")).Expect(201);
        (await client.PostAsync("tickets", new { subject = "Other", body = "b" }, "k")).Refused(422, "idempotency_key_reused").SaysNothingOfTheInside();
        (await client.PostAsync("tickets", new { }, "k")).Refused(422, "idempotency_key_reused");
        (await client.PostTextAsync("tickets", "", idempotencyKey: "k")).Refused(422, "idempotency_key_reused");
        Assert.Equal(first.Text, (await client.PostAsync("tickets", Lamp, "k")).Text);
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public async Task A_header_of_1_to_255_characters_is_taken(int length)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tickets", Lamp, new string('~', length))).Created();
        Assert.Equal("true", (await client.PostAsync("tickets", Lamp, new string('~', length))).Headers["Idempotency-Replayed"]);
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("clé")]
    [InlineData("🔑")]
    [InlineData("{256}")]
    public async Task Any_other_header_is_refused(string header)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        header = header.Replace("{256}", new string('k', 256), StringComparison.Ordinal);
        var head = $"POST /api/v1/helpdesk/tickets HTTP/1.1\nHost: {tenant.Slug}.localhost\nAuthorization: Bearer {client.Token}\n"
            + $"Content-Type: application/json\nContent-Length: 28\nIdempotency-Key: {header}";
        var reply = await Wire.AskAsync(app.Address, head, """{"subject":"a","body":"bcde"}"""u8[..28].ToArray());
        Assert.NotEmpty(reply.Refused(422, "validation_failed").Field("Idempotency-Key"));
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_key_belongs_to_its_path()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        await client.TicketAsync();
        var note = new { body = "x", @internal = true };
        (await client.PostAsync("tickets/HD-000001/reply", note, "k")).Created();
        (await client.PostAsync("tickets/HD-000002/reply", note, "k")).Created();
        (await client.PostAsync("tags", new { name = "k" }, "k")).Created();
        Assert.Equal("true", (await client.PostAsync("tickets/HD-000002/reply", note, "k")).Headers["Idempotency-Replayed"]);
        Assert.Equal(2, (await client.GetAsync("tickets/HD-000002/messages")).Expect(200).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task A_key_belongs_to_the_API_key_and_its_tenant()
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        foreach (var client in new[] { await mine.ClientAsync(), await mine.ClientAsync(), await other.ClientAsync() })
            Assert.DoesNotContain("Idempotency-Replayed", (await client.PostAsync("tickets", Lamp, "k")).Expect(201).Headers.Keys);
        Assert.Equal((2, 1), (await mine.TicketCountAsync(), await other.TicketCountAsync()));
    }

    [Fact]
    public async Task Reads_do_not_look_at_the_header()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.SendAsync(HttpMethod.Get, "tickets", null, new string('k', 300))).Ok();
        await client.TicketAsync();
        var first = await client.SendAsync(HttpMethod.Get, "tickets", null, "k");
        await client.TicketAsync();
        var second = await client.SendAsync(HttpMethod.Get, "tickets", null, "k");
        Assert.Equal((1, 2), (first.Ok().GetArrayLength(), second.Ok().GetArrayLength()));
    }

    [Theory]
    [InlineData("23 hours 59 minutes", true)]
    [InlineData("24 hours", false)]
    public async Task An_answer_is_remembered_for_a_day(string ago, bool replayed)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tickets", Lamp, "k")).Created();
        (await client.PostAsync("tickets", new { }, "refused")).Refused(422, "validation_failed");
        await app.OwnerSqlAsync(
            "update kernel.idempotency set created_at = created_at - @Ago::interval where tenant_id = @Id", new { tenant.Id, Ago = ago });

        var repeat = (await client.PostAsync("tickets", Lamp, "k")).Expect(201);
        var refused = (await client.PostAsync("tickets", new { }, "refused")).Refused(422, "validation_failed");

        Assert.Equal((replayed, replayed), (repeat.Headers.ContainsKey("Idempotency-Replayed"), refused.Headers.ContainsKey("Idempotency-Replayed")));
        Assert.Equal(replayed ? 1 : 2, await tenant.TicketCountAsync());
        // What was made anew is remembered anew.
        Assert.Equal(repeat.Text, (await client.PostAsync("tickets", Lamp, "k")).Text);
    }

    [Fact]
    public async Task A_key_that_is_a_day_old_may_stand_for_another_body()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tickets", Lamp, "k")).Created();
        await app.OwnerSqlAsync("update kernel.idempotency set created_at = created_at - interval '25 hours' where tenant_id = @Id", new { tenant.Id });
        var other = (await client.PostAsync("tickets", new { subject = "Other", body = "b" }, "k")).Created();
        Assert.Equal("Other", other.GetProperty("subject").GetString());
    }
}
