using System.Security.Cryptography;

namespace Helpdesk.AI.Tests;

/// <summary>A retry must not pay for the model twice (mobieus 3.5).</summary>
public sealed class RetryKeyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly ModelReply Fine = ModelReply.Tool(Asking.Good["canned-generate"]);

    [Fact]
    public async Task An_answer_is_given_again_and_paid_for_once()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(Fine);
        var client = await tenant.ClientAsync();
        var first = await client.AskOfAsync("canned-generate", 1, "k");
        var again = await client.AskOfAsync("canned-generate", 1, "k");
        first.Answered();
        Assert.Equal((first.Text, "true"), (again.Text, again.Headers["Idempotency-Replayed"]));
        Assert.DoesNotContain("Idempotency-Replayed", first.Headers.Keys);
        Assert.Equal((1, 200), (key.Asked.Count, await tenant.SpentAsync()));
        // Also where nothing would be let through any more.
        await tenant.SendAsync(new ConfigureAi(RemoveKey: true));
        Assert.Equal(first.Text, (await client.AskOfAsync("canned-generate", 1, "k")).Text);
        (await client.AskAsync("canned-generate", new { intent = "Something else" }, "k")).Refused(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Twelve_at_once_ask_once()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Answer = async _ =>
        {
            await Task.Delay(300);
            return Fine;
        };
        var client = await tenant.ClientAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.AskOfAsync("canned-generate", 1, "k")));
        var answers = replies.Where(reply => reply.Status == 200).ToArray();
        Assert.Single(answers.Select(reply => reply.Text).Distinct());
        answers[0].Answered();
        foreach (var reply in replies.Where(reply => reply.Status != 200))
            Assert.Equal("1", reply.Refused(409, "idempotency_in_progress").Headers["Retry-After"]);
        Assert.Equal((1, 200, 1), (key.Asked.Count, await tenant.SpentAsync(), (await tenant.CallsAsync()).Length));
        Assert.Equal(answers[0].Text, (await client.AskOfAsync("canned-generate", 1, "k")).Text);
    }

    [Fact]
    public async Task What_was_not_answered_may_be_asked_again()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Then(ModelReply.Failure(400, "invalid_request_error"), Fine);
        var client = await tenant.ClientAsync();
        (await client.AskOfAsync("summary", 1, "s")).Declined("ticket_not_found");
        (await client.AskOfAsync("canned-generate", 1, "k")).Declined("provider_error");
        var answer = await client.AskOfAsync("canned-generate", 1, "k");
        answer.Answered();
        Assert.DoesNotContain("Idempotency-Replayed", answer.Headers.Keys);
        Assert.Equal(answer.Text, (await client.AskOfAsync("canned-generate", 1, "k")).Text);
    }

    [Fact]
    public async Task An_unacceptable_value_stays_one()
    {
        var (tenant, _) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        foreach (var body in new[] { "{}", """{"ticket_id":"x"}""" })
        {
            var first = (await client.PostTextAsync("ai/summary", body, idempotencyKey: body)).Refused(422, "validation_failed");
            var again = (await client.PostTextAsync("ai/summary", body, idempotencyKey: body)).Refused(422, "validation_failed");
            Assert.Equal((first.Text, "true"), (again.Text, again.Headers["Idempotency-Replayed"]));
        }
    }

    [Fact]
    public async Task What_could_not_be_read_is_forgotten_and_a_stored_answer_comes_first()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(Fine);
        var client = await tenant.ClientAsync();
        (await client.PostTextAsync("ai/canned-generate", "{", idempotencyKey: "k")).Refused(400, "invalid_json");
        (await client.AskOfAsync("canned-generate", 1, "k")).Answered();
        (await client.PostTextAsync("ai/canned-generate", "{", idempotencyKey: "k")).Refused(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_no_answer_to_a_hook_at_work()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var ready = new TaskCompletionSource();
        key.Always(Fine.After(ready.Task));
        var client = await tenant.ClientAsync();
        const string body = """{"intent":"Say hello"}""";
        var first = client.PostTextAsync("ai/canned-generate", body, idempotencyKey: "k");
        while (key.Asked.IsEmpty)
            await Task.Delay(10);
        (await client.PostTextAsync("ai/canned-generate", body, "text/plain", "k")).Refused(409, "idempotency_in_progress");
        ready.SetResult();
        (await first).Answered();
    }

    [Theory]
    [InlineData("1 minute", 409)]
    [InlineData("3 minutes", 200)]
    public async Task A_process_that_died_does_not_hold_a_key_for_ever(string ago, int status)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(Fine);
        var minted = await tenant.MintAsync(one => one);
        var client = new ApiClient(app, tenant.Slug, minted.Token);
        const string body = """{"intent":"Say hello"}""";
        var identity = new Guid(SHA256.HashData("/api/v1/helpdesk/ai/canned-generate\nk"u8).AsSpan(0, 16));
        var fingerprint = new Guid(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)).AsSpan(0, 16));
        await app.OwnerSqlAsync("""
            insert into kernel.idempotency (tenant_id, caller_id, identity, fingerprint, status, reply, created_at)
            values (@Id, @Caller, @identity, @fingerprint, 0, '', now() - @ago::interval)
            """, new { tenant.Id, Caller = minted.Id, identity, fingerprint, ago });
        var reply = await client.PostTextAsync("ai/canned-generate", body, idempotencyKey: "k");
        if (status == 409)
            reply.Refused(409, "idempotency_in_progress");
        else
            reply.Answered();
        Assert.Equal(status == 200 ? 1 : 0, key.Asked.Count);
        Assert.Equal(reply.Status == 200, (await client.PostTextAsync("ai/canned-generate", body, idempotencyKey: "k")).Text == reply.Text);
    }

    [Fact]
    public async Task A_client_that_goes_away_has_its_answer_when_it_comes_back()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var ready = new TaskCompletionSource();
        key.Always(Fine.After(ready.Task));
        var client = await tenant.ClientAsync();
        using (var http = new HttpClient())
        using (var gone = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "/api/v1/helpdesk/ai/canned-generate"));
            request.Headers.Host = $"{tenant.Slug}.localhost";
            request.Headers.Authorization = new("Bearer", client.Token);
            request.Headers.Add("Idempotency-Key", "k");
            request.Content = new StringContent("""{"intent":"Say hello"}""", System.Text.Encoding.UTF8, "application/json");
            var sending = http.SendAsync(request, gone.Token);
            while (key.Asked.IsEmpty)
                await Task.Delay(10);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        ready.SetResult();
        ApiReply reply;
        do
            reply = await client.PostTextAsync("ai/canned-generate", """{"intent":"Say hello"}""", idempotencyKey: "k");
        while (reply.Status == 409);
        reply.Answered();
        Assert.Equal("true", reply.Headers["Idempotency-Replayed"]);
        Assert.Single(key.Asked);
    }
}
