using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.Access.Tests;

public sealed class KeyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("{key}")]
    [InlineData("Basic {key}")]
    [InlineData("Bearer{key}")]
    [InlineData("Bearer  {key}")]
    [InlineData("Bearer {key}x")]
    [InlineData("Bearer {key} x")]
    [InlineData("Bearer {key}, Bearer {key}")]
    [InlineData("Bearer \"{key}\"")]
    [InlineData("Bearer mc_live_")]
    [InlineData("Bearer mc_live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Bearer MC_LIVE_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Bearer mc_live_' or true --aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_header_that_is_not_a_known_key_is_refused(string? header)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var reply = await client.GetAsync("queues", Saying.Authorization(header?.Replace("{key}", client.Token!, StringComparison.Ordinal)));
        reply.Refused(401, "invalid_api_key").SaysNothingOfTheInside();
        Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        Assert.DoesNotContain("X-RateLimit-Limit", reply.Headers.Keys);
    }

    [Fact]
    public async Task Two_headers_are_refused_even_when_both_are_right()
    {
        var tenant = await app.NewTenantAsync();
        var authorization = $"Authorization: Bearer {(await tenant.ClientAsync()).Token}";
        var head = $"GET /api/v1/helpdesk/queues HTTP/1.1\nHost: {tenant.Slug}.localhost\n{authorization}";
        (await Wire.AskAsync(app.Address, head)).Ok();
        (await Wire.AskAsync(app.Address, $"{head}\n{authorization}")).Refused(401, "invalid_api_key");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_read_in_any_letter_case(string scheme)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.GetAsync("queues", Saying.Authorization($"{scheme} {client.Token}"))).Ok();
    }

    [Fact]
    public async Task A_key_in_any_other_letter_case_is_another_key()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var other = string.Concat(client.Token!.Select((c, i) => i < 8 ? c : char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
        (await client.GetAsync("queues", Saying.Authorization("Bearer " + other))).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task A_key_of_the_test_environment_sees_and_writes_a_world_of_its_own()
    {
        var tenant = await app.NewTenantAsync();
        var live = await tenant.ClientAsync();
        var test = await tenant.ClientAsync(key => key with { Environment = "test" });
        Assert.Matches("^mc_live_[A-Za-z0-9_-]{43}$", live.Token);
        Assert.Matches("^mc_test_[A-Za-z0-9_-]{43}$", test.Token);

        var ticket = await live.TicketAsync("Live");
        await test.TicketAsync("Test");

        (await test.GetAsync($"tickets/{ticket.GetProperty("id")}")).Refused(404, "ticket_not_found");
        Assert.Equal("Test", Assert.Single((await test.GetAsync("tickets")).Ok().EnumerateArray()).GetProperty("subject").GetString());
        Assert.Equal("Live", Assert.Single((await live.GetAsync("tickets")).Ok().EnumerateArray()).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task The_prefix_of_the_other_environment_does_not_work()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.GetAsync("queues", Saying.Authorization($"Bearer mc_test_{client.Token![8..]}"))).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task Only_hash_and_first_characters_are_kept()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        var rows = await app.OwnerQueryAsync<string>("select k::text from access.api_key k where tenant_id = @Id", new { tenant.Id });
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.Token)));

        Assert.Contains(hash, Assert.Single(rows), StringComparison.Ordinal);
        Assert.DoesNotContain(key.Token[12..], rows[0], StringComparison.Ordinal);
        Assert.Equal(key.Token[..12], Assert.Single(await tenant.SendAsync(new ListKeys())).Prefix);
        Assert.Empty(await app.OwnerQueryAsync<string>(
            "select e::text from log.event e where tenant_id = @Id and e::text like @Text", new { tenant.Id, Text = $"%{key.Token[8..]}%" }));
    }

    [Fact]
    public async Task Every_key_is_another()
    {
        var tenant = await app.NewTenantAsync();
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.MintAsync(key => key)));
        Assert.Equal(20, keys.Select(key => key.Token).Distinct().Count());
        Assert.All(keys, key => Assert.Matches(new Regex("^mc_live_[A-Za-z0-9_-]{43}$"), key.Token));
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync(key => key with { ExpiresAt = DateTime.UtcNow.AddSeconds(1) });
        (await client.GetAsync("queues")).Ok();
        await Task.Delay(1100);
        (await client.GetAsync("queues")).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task Use_is_noted_with_time_and_address()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await using (var server = await AnotherServer.StartAsync(app))
            (await client.GetAsync("queues", server.Here)).Ok();

        var key = Assert.Single(await tenant.SendAsync(new ListKeys()));
        Assert.InRange(key.LastUsedAt ?? default, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow);
        Assert.Equal("127.0.0.1", key.LastUsedIp);
    }
}
