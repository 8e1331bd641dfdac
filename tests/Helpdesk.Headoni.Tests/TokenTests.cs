using Helpdesk.Access;
using Helpdesk.Host.Operation;

namespace Helpdesk.Headoni.Tests;

public sealed class TokenTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Begins_with_its_prefix_and_works_without_it()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        Assert.Matches("^hd_[A-Za-z0-9_-]{43}$", client.Token);
        (await client.GetAsync("tickets")).Ok();
        (await new HeadoniClient(app, tenant.Slug, client.Token![3..]).GetAsync("tickets")).Ok();
        (await client.GetAsync("tickets", Authorization("bearer " + client.Token))).Ok();
    }

    [Fact]
    public async Task Only_its_hash_is_kept()
    {
        var tenant = await app.NewTenantAsync();
        var token = (await tenant.HeadoniAsync()).Token!;
        var row = Assert.Single(await app.OwnerQueryAsync<string>("select k::text from access.api_key k where tenant_id = @Id", new { tenant.Id }));
        Assert.DoesNotContain(token[7..], row, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token))), row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer hd_")]
    [InlineData("Bearer hd_short")]
    [InlineData("Bearer hd_{secret}x")]
    [InlineData("Bearer HD_{secret}")]
    [InlineData("Bearer hd_hd_{secret}")]
    [InlineData("Basic hd_{secret}")]
    [InlineData("hd_{secret}")]
    public async Task Anything_else_is_no_token(string? header)
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        (await client.GetAsync("tickets", Authorization(header?.Replace("{secret}", client.Token![3..], StringComparison.Ordinal)))).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task A_key_of_one_dialect_is_nothing_to_the_other()
    {
        var tenant = await app.NewTenantAsync();
        var (native, headoni) = (await tenant.ClientAsync(), await tenant.HeadoniAsync());
        (await native.GetAsync("tickets")).Ok();
        (await headoni.GetAsync("tickets")).Ok();
        (await new HeadoniClient(app, tenant.Slug, native.Token).GetAsync("tickets")).Refused(401, "unauthenticated");
        (await new ApiClient(app, tenant.Slug, headoni.Token).GetAsync("tickets")).Refused(401, "invalid_api_key");
        (await new ApiClient(app, tenant.Slug, headoni.Token![3..]).GetAsync("tickets")).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task The_dialect_that_is_kept_with_a_key_counts_and_not_its_text_alone()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        await app.OwnerSqlAsync("update access.api_key set dialect = 'mobieus' where tenant_id = @Id", new { tenant.Id });
        (await client.GetAsync("tickets")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task Revocation_and_expiry_end_it()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        (await client.GetAsync("tickets")).Ok();
        await tenant.RevokeAsync(Assert.Single(await tenant.SendAsync(new ListKeys())).Id);
        for (var tries = 0; tries < 100 && (await client.GetAsync("tickets")).Status == 200; tries++)
            await Task.Delay(20);
        (await client.GetAsync("tickets")).Refused(401, "unauthenticated");

        var brief = await tenant.HeadoniAsync(key => key with { ExpiresAt = DateTime.UtcNow.AddSeconds(1) });
        (await brief.GetAsync("tickets")).Ok();
        await Task.Delay(1100);
        (await brief.GetAsync("tickets")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_of_another_desk_is_known_and_refused()
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var client = (await other.HeadoniAsync()).On(mine.Slug);
        var reply = (await client.GetAsync("tickets")).Refused(403, "token_desk_mismatch");
        Assert.DoesNotContain(other.Slug, reply.Text, StringComparison.Ordinal);
        (await client.PostAsync("tickets", new { email = "a@b.c", subject = "s", body = "b" })).Refused(403, "token_desk_mismatch");
        Assert.Equal(0, await mine.TicketCountAsync() + await other.TicketCountAsync());
    }

    [Fact]
    public async Task No_token_is_made_with_scopes_of_another_dialect_or_for_a_test_environment()
    {
        var tenant = await app.NewTenantAsync();
        await Assert.ThrowsAsync<OperatorException>(() => tenant.HeadoniAsync("helpdesk:read"));
        await Assert.ThrowsAsync<OperatorException>(() => tenant.ClientAsync("tickets:read"));
        await Assert.ThrowsAsync<OperatorException>(() => tenant.HeadoniAsync(key => key with { Environment = "test" }));
        await Assert.ThrowsAsync<OperatorException>(() => tenant.MintAsync(key => key with { Dialect = "esperanto" }));
        await Assert.ThrowsAsync<OperatorException>(() => tenant.HeadoniAsync(key => key with { RatePerMinute = 5 }));
        await Assert.ThrowsAsync<OperatorException>(() => tenant.HeadoniAsync(key => key with { RatePerHour = 5 }));
        Assert.Empty(await tenant.SendAsync(new ListKeys()));
    }

    private static Action<HttpRequestMessage> Authorization(string? value) => request =>
    {
        request.Headers.Remove("Authorization");
        if (value is not null)
            request.Headers.TryAddWithoutValidation("Authorization", value);
    };
}
