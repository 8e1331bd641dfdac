namespace Helpdesk.Access.Tests;

public sealed class RateLimitTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Headers_count_down_to_the_end_of_the_minute_and_then_calls_are_refused()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync(key => key with { RatePerMinute = 5 });
        var reset = await StartOfAQuietTimeAsync();
        for (var left = 4; left >= 0; left--)
            Assert.Equal(("5", left.ToString(), reset.ToString()), Limits((await client.GetAsync("queues")).Expect(200)));

        for (var refused = 0; refused < 3; refused++)
        {
            var reply = (await client.PostAsync("tickets", new { subject = "a", body = "b" })).Refused(429, "rate_limited").SaysNothingOfTheInside();
            Assert.Equal(("5", "0", reset.ToString()), Limits(reply));
            var wait = int.Parse(reply.Headers["Retry-After"]);
            Assert.InRange(wait, 1, 60);
            var error = reply.Json.GetProperty("error");
            foreach (var holder in new[] { error, error.GetProperty("extra") })
            {
                Assert.Equal(5, holder.GetProperty("limit").GetInt32());
                Assert.Equal("minute", holder.GetProperty("window").GetString());
                Assert.Equal(wait, holder.GetProperty("retry_after").GetInt32());
            }
        }

        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task The_window_with_the_fewest_calls_left_is_told()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync(key => key with { RatePerMinute = 100, RatePerHour = 2 });
        await StartOfAQuietTimeAsync();
        var endOfHour = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 3600 + 1) * 3600;
        Assert.Equal(("2", "1", endOfHour.ToString()), Limits((await client.GetAsync("queues")).Expect(200)));
        Assert.Equal(("2", "0", endOfHour.ToString()), Limits((await client.GetAsync("queues")).Expect(200)));
        var reply = (await client.GetAsync("queues")).Refused(429, "rate_limited");
        Assert.Equal("hour", reply.Json.GetProperty("error").GetProperty("window").GetString());
        Assert.InRange(int.Parse(reply.Headers["Retry-After"]), 1, 3600);
    }

    [Fact]
    public async Task Refusals_after_the_key_count_and_carry_the_headers()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync(key => key with { RatePerHour = 6, Scopes = ["helpdesk:read"] });
        await StartOfAQuietTimeAsync();
        Assert.Equal("5", (await client.GetAsync("nothing")).Expect(404).Headers["X-RateLimit-Remaining"]);
        Assert.Equal("4", (await client.PostAsync("tickets", new { })).Expect(403).Headers["X-RateLimit-Remaining"]);
        Assert.Equal("3", (await client.GetAsync("tickets?limit=x")).Expect(422).Headers["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task A_preflight_does_not_count()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync(key => key with { RatePerHour = 1 });
        for (var i = 0; i < 3; i++)
            (await client.SendAsync(HttpMethod.Options, "queues", null, null)).Expect(204);
        (await client.GetAsync("queues")).Ok();
    }

    [Fact]
    public async Task The_key_s_limit_wins_over_the_tenant_s_and_that_over_the_server_s()
    {
        var tenant = await app.NewTenantAsync();
        var (plain, special) = (await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { RatePerMinute = 3 }));
        Assert.Equal("1000000", (await plain.GetAsync("queues")).Headers["X-RateLimit-Limit"]);

        await tenant.SettingAsync("rate_per_minute = 7");

        await Saying.UntilAsync(async () => (await plain.GetAsync("queues")).Headers["X-RateLimit-Limit"] == "7");
        Assert.Equal("7", (await plain.GetAsync("queues")).Headers["X-RateLimit-Limit"]);
        Assert.Equal("3", (await special.GetAsync("queues")).Headers["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Sixty_a_minute_is_the_limit_when_nothing_is_set()
    {
        await using var server = await AnotherServer.StartAsync(app);
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await StartOfAQuietTimeAsync();
        Assert.Equal(("60", "59"), (await client.GetAsync("queues", server.Here)).Expect(200) is var reply
            ? (reply.Headers["X-RateLimit-Limit"], reply.Headers["X-RateLimit-Remaining"]) : default);
    }

    [Fact]
    public async Task Keys_of_a_tenant_do_not_share_a_limit()
    {
        var tenant = await app.NewTenantAsync();
        var (one, other) = (await tenant.ClientAsync(key => key with { RatePerHour = 1 }), await tenant.ClientAsync(key => key with { RatePerHour = 1 }));
        (await one.GetAsync("queues")).Ok();
        (await one.GetAsync("queues")).Refused(429, "rate_limited");
        (await other.GetAsync("queues")).Ok();
    }

    [Fact]
    public async Task Parallel_calls_are_counted_one_by_one()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync(key => key with { RatePerHour = 10 });
        await StartOfAQuietTimeAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetAsync("queues")));
        Assert.Equal(10, replies.Count(reply => reply.Status == 200));
        Assert.Equal(20, replies.Count(reply => reply.Status == 429));
    }

    [Fact]
    public async Task An_address_that_keeps_guessing_keys_is_told_to_wait()
    {
        await using var server = await AnotherServer.StartAsync(app, ("Helpdesk:Limits:RefusalsPerMinute", "3"));
        var tenant = await app.NewTenantAsync();
        var (known, guesser) = (await tenant.ClientAsync(), new ApiClient(app, tenant.Slug, "mc_live_guess"));
        await StartOfAQuietTimeAsync();
        (await known.GetAsync("queues", server.Here)).Ok();
        for (var i = 0; i < 3; i++)
            (await guesser.GetAsync("queues", server.Here)).Refused(401, "invalid_api_key");

        var reply = (await guesser.GetAsync("queues", server.Here)).Refused(429, "rate_limited").SaysNothingOfTheInside();
        Assert.InRange(int.Parse(reply.Headers["Retry-After"]), 1, 60);
        Assert.Equal("minute", reply.Json.GetProperty("error").GetProperty("window").GetString());
        (await known.GetAsync("queues", server.Here)).Ok();
    }

    [Fact]
    public async Task A_good_key_is_let_in_from_an_address_that_keeps_guessing_also_when_the_server_sees_it_for_the_first_time()
    {
        await using var server = await AnotherServer.StartAsync(app, ("Helpdesk:Limits:RefusalsPerMinute", "3"));
        var tenant = await app.NewTenantAsync();
        var good = await tenant.ClientAsync();
        await StartOfAQuietTimeAsync();
        var guesses = Enumerable.Range(0, 60).Select(number => new ApiClient(app, tenant.Slug, "mc_live_" + $"{number}".PadLeft(43, 'a'))).ToList();
        foreach (var guess in guesses.Take(3))
            (await guess.GetAsync("queues", server.Here)).Refused(401, "invalid_api_key");

        var refused = Task.WhenAll(guesses.Skip(3).Select(guess => guess.GetAsync("queues", server.Here)));
        (await good.GetAsync("queues", server.Here)).Ok();

        Assert.All(await refused, reply => reply.Refused(429, "rate_limited"));
    }

    private static (string, string, string) Limits(ApiReply reply) =>
        (reply.Headers["X-RateLimit-Limit"], reply.Headers["X-RateLimit-Remaining"], reply.Headers["X-RateLimit-Reset"]);

    /// <summary>Waits for a new minute when the present one is nearly over; answers when it ends.</summary>
    private static async Task<long> StartOfAQuietTimeAsync()
    {
        if (DateTime.UtcNow.Second >= 54)
            await Task.Delay(TimeSpan.FromSeconds(60.1 - DateTime.UtcNow.TimeOfDay.TotalSeconds % 60));
        return (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60 + 1) * 60;
    }
}
