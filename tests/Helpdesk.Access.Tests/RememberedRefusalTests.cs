using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Helpdesk.Access.Tests;

/// <summary>Which refusals are remembered under an Idempotency-Key: those of a handler, and no earlier ones (mobieus 3.5).</summary>
public sealed class RememberedRefusalTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly object Lamp = new { subject = "Lamp", body = "Dark." };

    [Fact]
    public async Task What_was_not_found_stays_not_found()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var first = (await client.PostAsync("tickets/HD-000001/reply", new { body = "x" }, "k")).Refused(404, "ticket_not_found");
        await client.TicketAsync();
        Replays(first, await client.PostAsync("tickets/HD-000001/reply", new { body = "x" }, "k"));
        (await client.PostAsync("tickets/HD-000001/reply", new { body = "x" }, "another")).Created();
    }

    [Fact]
    public async Task A_conflict_stays_a_conflict()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tags", new { name = "Refund" })).Created();
        var first = (await client.PostAsync("tags", new { name = "Refund" }, "k")).Refused(409, "slug_taken").SaysNothingOfTheInside();
        await app.OwnerSqlAsync("delete from tags.tag where tenant_id = @Id", new { tenant.Id });
        Replays(first, await client.PostAsync("tags", new { name = "Refund" }, "k"));
    }

    [Theory]
    [InlineData("""{"subject":"","body":"b"}""")]
    [InlineData("""{"subject":5,"body":"b"}""")]
    [InlineData("""{"subject":"a","body":"b","tags":["later"]}""")]
    public async Task Unacceptable_values_stay_unacceptable(string body)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var first = (await client.PostTextAsync("tickets", body, idempotencyKey: "k")).Refused(422, "validation_failed");
        await tenant.TagAsync("later");
        Replays(first, await client.PostTextAsync("tickets", body, idempotencyKey: "k"));
        (await client.PostAsync("tickets", Lamp, "k")).Refused(422, "idempotency_key_reused");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task What_could_not_be_read_is_forgotten()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostTextAsync("tickets", "{", idempotencyKey: "k")).Refused(400, "invalid_json");
        (await client.PostTextAsync("tickets", "{}", "text/plain", "k")).Refused(415, "unsupported_media_type");
        NotReplayed((await client.PostAsync("tickets", Lamp, "k")).Expect(201));
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Refusals_before_the_handler_are_forgotten()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key with { Scopes = ["helpdesk:read"], RatePerHour = 3 });
        var client = new ApiClient(app, tenant.Slug, key.Token);
        (await client.PostAsync("tickets", Lamp, "k")).Refused(403, "insufficient_scope");
        await client.GetAsync("queues");
        await client.GetAsync("queues");
        (await client.PostAsync("tickets", Lamp, "k")).Refused(429, "rate_limited");
        (await client.SendAsync(HttpMethod.Post, "tickets", "{}", "k", configure: Saying.Authorization("Bearer x"))).Refused(401, "invalid_api_key");

        await app.OwnerSqlAsync(
            "update access.api_key set scopes = '{helpdesk:write}', rate_per_hour = null where id = @Id; select pg_notify('helpdesk', 'access:' || @TenantId)",
            new { key.Id, TenantId = tenant.Id });
        await Saying.UntilAsync(async () => (await client.GetAsync("no-such-route")).Status == 404);

        NotReplayed((await client.PostAsync("tickets", Lamp, "k")).Expect(201));
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task The_plan_s_refusal_is_forgotten()
    {
        var tenant = await app.NewTenantAsync("starter");
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tickets", Lamp, "k")).Refused(403, "plan_gated");
        await tenant.SetPlanAsync("pro");
        await Saying.UntilAsync(async () => (await client.GetAsync("queues")).Status == 200);
        NotReplayed((await client.PostAsync("tickets", Lamp, "k")).Expect(201));
    }

    [Fact]
    public async Task While_the_first_is_at_work_a_second_is_told_to_come_back()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        var client = new ApiClient(app, tenant.Slug, key.Token);
        await using var first = new NpgsqlConnection(app.OwnerConnectionString);
        await first.OpenAsync();
        await using var transaction = await first.BeginTransactionAsync();
        // As another server's transaction would look that has the same work in hand and does not come to an end.
        await using (var command = new NpgsqlCommand("""
            insert into kernel.idempotency (tenant_id, caller_id, identity, fingerprint, status, reply, created_at)
            values ($1, $2, $3, $3, 201, '{}', now())
            """, first, transaction))
        {
            var identity = new Guid(SHA256.HashData("/api/v1/helpdesk/tickets\nk"u8).AsSpan(0, 16));
            foreach (var value in new object[] { tenant.Id, key.Id, identity })
                command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync();
        }

        var reply = (await client.PostAsync("tickets", Lamp, "k")).Refused(409, "idempotency_in_progress").SaysNothingOfTheInside();
        Assert.Equal("1", reply.Headers["Retry-After"]);
        Assert.Equal(0, await tenant.TicketCountAsync());

        await transaction.RollbackAsync();
        NotReplayed((await client.PostAsync("tickets", Lamp, "k")).Expect(201));
    }

    [Fact]
    public async Task An_answer_that_says_the_token_of_a_number_still_to_come_is_kept_as_it_is()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var subject = "~req_01ARZ3NDEKTSV4RRFFQ69G5FAV:6~ and HD-~";
        var first = (await client.PostAsync("tickets", new { subject, body = "b" }, "k")).Expect(201);
        Assert.Equal(subject, first.Data.GetProperty("subject").GetString());
        Assert.Equal("HD-000001", first.Data.GetProperty("reference").GetString());
        Replays(first, await client.PostAsync("tickets", new { subject, body = "b" }, "k"));
    }

    private static void Replays(ApiReply first, ApiReply repeat)
    {
        Assert.Equal((first.Status, Encoding.UTF8.GetByteCount(first.Text)), (repeat.Status, Encoding.UTF8.GetByteCount(repeat.Text)));
        Assert.Equal(first.Text, repeat.Text);
        Assert.Equal("true", repeat.Headers["Idempotency-Replayed"]);
        NotReplayed(first);
    }

    private static void NotReplayed(ApiReply reply) => Assert.DoesNotContain("Idempotency-Replayed", reply.Headers.Keys);
}
