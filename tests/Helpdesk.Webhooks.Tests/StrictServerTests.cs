namespace Helpdesk.Webhooks.Tests;

/// <summary>A server as it is in production. It would take deliveries of other tests and refuse them, so it runs by itself.</summary>
[CollectionDefinition(nameof(StrictServerTests), DisableParallelization = true)]
public sealed class StrictServerCollection;

[Collection(nameof(StrictServerTests))]
public sealed class StrictServerTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Form = "must be a complete address that begins with https://.";
    private const string NotPublic = "must lead to a public address.";

    private static readonly (string Url, string Reason)[] Refused =
    [
        ("http://hooks.example.com/x", Form), ("ftp://hooks.example.com/x", Form), ("hooks.example.com/x", Form), ("https:///x", Form), ("https://", Form),
        ("//hooks.example.com/x", Form), ("javascript:alert(1)", Form), ("", "is required."),
        ("https://user:pass@hooks.example.com/x", "must hold no user name and no password."), ("https://hooks.example.com/x#y", "must hold no fragment."),
        ("https://127.0.0.1/x", NotPublic), ("https://localhost:9000/x", NotPublic), ("https://[::1]/x", NotPublic), ("https://[::]/x", NotPublic),
        ("https://2130706433/x", NotPublic), ("https://0x7f.1/x", NotPublic), ("https://017700000001/x", NotPublic), ("https://127.1/x", NotPublic),
        ("https://0.0.0.0/x", NotPublic), ("https://10.1.2.3/x", NotPublic), ("https://172.31.255.255/x", NotPublic), ("https://192.168.0.1/x", NotPublic),
        ("https://169.254.169.254/latest/meta-data", NotPublic), ("https://100.100.100.200/x", NotPublic), ("https://[fd00:ec2::254]/x", NotPublic),
        ("https://[fe80::1]/x", NotPublic), ("https://[::ffff:8.8.8.8]/x", NotPublic), ("https://[::ffff:169.254.169.254]/x", NotPublic),
        ("https://[64:ff9b::a00:1]/x", NotPublic), ("https://[64:ff9b:1::a00:1]/x", NotPublic), ("https://[2002:a00:1::]/x", NotPublic),
    ];

    [Fact]
    public async Task Takes_only_public_addresses_by_https_and_networks_that_the_operator_allows()
    {
        await using var strict = await AnotherServer.StartAsync(
            app, WebhookSetup.MasterKey, ("Helpdesk:Webhooks:AllowInsecure", "false"), ("Helpdesk:Webhooks:AllowedNetworks:0", "10.20.0.0/16"),
            ("Helpdesk:Limits:PerMinute", "1000000"));
        var (_, client) = await app.HookedAsync();
        Task<ApiReply> AskAsync(string path, string url) =>
            client.SendAsync(HttpMethod.Post, path, $$"""{"url":"{{url}}","subscribed_events":["*"]}""", null, configure: strict.Here);
        foreach (var (url, reason) in Refused)
            Assert.Equal((url, reason), (url, (await AskAsync(Hooking.Path, url)).Refused(422, "validation_failed").Field("url")[0]));
        Assert.Empty((await client.GetAsync(Hooking.Path)).Ok().EnumerateArray());

        string[] taken = ["https://93.184.215.14/x", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/x", "https://name-that-nobody-has.invalid/x", "https://10.20.30.40/x"];
        foreach (var url in taken)
            (await AskAsync(Hooking.Path, url)).Created();
        Assert.Equal(taken.Reverse(), (await client.GetAsync(Hooking.Path)).Ok().EnumerateArray().Select(row => row.Text("url")));

        var id = (await client.GetAsync(Hooking.Path)).Ok()[0].Id();
        foreach (var (url, reason) in Refused)
            Assert.Equal((url, reason), (url, (await AskAsync($"{Hooking.Path}/{id}", url)).Refused(422, "validation_failed").Field("url")[0]));
    }

    [Fact]
    public async Task What_was_taken_once_is_looked_at_again_when_it_is_connected_to()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        // The server that takes this machine delivers some of them, and not so fast that nothing is left to the other.
        hook.Answer = async http => await Task.Delay(200, http.RequestAborted);
        await using var strict = await AnotherServer.StartAsync(app, WebhookSetup.MasterKey, ("Helpdesk:Webhooks:AllowInsecure", "false"));
        await app.OwnerSqlAsync("""
            insert into webhooks.delivery (tenant_id, id, endpoint_id, event_id, event_type, origin, data, status, attempt, due_at, created_at)
            select @Id, n, @Endpoint, n, 'webhook.test', 1, '{}', 0, 0, now(), now() from generate_series(1000000000000000, 1000000000000100) n
            """, new { tenant.Id, Endpoint = id });
        await Hooking.UntilAsync(async () => (await app.OwnerQueryAsync<long>("select count(*) from webhooks.delivery where tenant_id = @Id and status = 0", new { tenant.Id }))[0] == 0,
            () => "some wait");
        var refused = (await client.GetAsync($"{Hooking.Path}/{id}/deliveries?status=failed")).Ok();
        Assert.NotEqual(0, refused.GetArrayLength());
        Assert.All(refused.EnumerateArray(), row => Assert.Equal("address_not_allowed", row.Text("error")));
        Assert.Equal(101, hook.Calls.Count + (await client.GetAsync($"{Hooking.Path}/{id}/deliveries?status=failed&limit=1")).Json.GetProperty("total_count").GetInt32());
    }
}
