namespace Helpdesk.Access.Tests;

/// <summary>What an operator does at one place holds everywhere within a blink.</summary>
public sealed class RevocationTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task A_revoked_key_is_refused_at_once_on_every_server()
    {
        await using var second = await AnotherServer.StartAsync(app);
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        var client = new ApiClient(app, tenant.Slug, key.Token);
        (await client.GetAsync("queues")).Ok();
        (await client.GetAsync("queues", second.Here)).Ok();

        await tenant.RevokeAsync(key.Id);

        await RefusedWithinASecondAsync(() => client.GetAsync("queues"));
        await RefusedWithinASecondAsync(() => client.GetAsync("queues", second.Here));
    }

    [Fact]
    public async Task Only_the_key_that_was_named_is_ended()
    {
        var tenant = await app.NewTenantAsync();
        var (ended, kept) = (await tenant.MintAsync(key => key), await tenant.ClientAsync());
        await tenant.RevokeAsync(ended.Id);
        await RefusedWithinASecondAsync(() => new ApiClient(app, tenant.Slug, ended.Token).GetAsync("queues"));
        (await kept.GetAsync("queues")).Ok();
    }

    [Fact]
    public async Task Requests_on_their_way_do_not_bring_a_revoked_key_back()
    {
        var tenant = await app.NewTenantAsync();
        for (var round = 0; round < 15; round++)
        {
            var key = await tenant.MintAsync(key => key);
            var client = new ApiClient(app, tenant.Slug, key.Token);
            var asking = Enumerable.Range(0, 6).Select(_ => client.GetAsync("queues")).ToList();
            await tenant.RevokeAsync(key.Id);
            await Task.WhenAll(asking);
            await RefusedWithinASecondAsync(() => client.GetAsync("queues"));
        }
    }

    [Fact]
    public async Task A_change_of_plan_takes_effect_on_every_server()
    {
        await using var second = await AnotherServer.StartAsync(app);
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.GetAsync("queues")).Ok();
        (await client.GetAsync("queues", second.Here)).Ok();

        await tenant.SetPlanAsync("starter");

        await Saying.UntilAsync(async () => (await client.GetAsync("queues", second.Here)).Status == 403);
        (await client.GetAsync("queues")).Refused(403, "plan_gated");
        (await client.GetAsync("queues", second.Here)).Refused(403, "plan_gated");

        await tenant.SetPlanAsync("sovereign");

        await Saying.UntilAsync(async () => (await client.GetAsync("queues", second.Here)).Status == 200);
        (await client.GetAsync("queues")).Ok();
        (await client.GetAsync("queues", second.Here)).Ok();
    }

    private static async Task RefusedWithinASecondAsync(Func<Task<ApiReply>> ask)
    {
        var patience = DateTime.UtcNow.AddSeconds(1);
        var reply = await ask();
        while (reply.Status != 401 && DateTime.UtcNow < patience)
            reply = await ask();
        reply.Refused(401, "invalid_api_key");
    }
}
