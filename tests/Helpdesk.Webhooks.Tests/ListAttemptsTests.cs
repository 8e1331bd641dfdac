namespace Helpdesk.Webhooks.Tests;

public sealed class ListAttemptsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Every_attempt_is_kept_with_what_came_of_it()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500, "First.");
        var id = (await client.WebhookAsync(hook.Url)).Id();
        var delivery = (await client.TestAsync(id)).Expect(202).Data.GetProperty("delivery_id").GetInt64();
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed");
        hook.Answer = Hook.Status(200, "Second.");
        await tenant.HurryAsync();
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "succeeded");

        var list = (await client.GetAsync($"{Hooking.Path}/deliveries/{delivery}/attempts")).Expect(200);
        Assert.Equal(["1 500 First.", "2 200 Second."], list.Data.EnumerateArray().Select(row =>
            $"{row.GetProperty("number").GetInt32()} {row.GetProperty("response_status").GetInt32()} {row.Text("response_body")}"));
        Assert.Equal(2, list.Json.GetProperty("total_count").GetInt32());
        var first = (await client.GetAsync($"{Hooking.Path}/deliveries/{delivery}/attempts?limit=1")).Expect(200);
        var rest = (await client.GetAsync($"{Hooking.Path}/deliveries/{delivery}/attempts?limit=1&cursor={first.NextCursor}")).Expect(200);
        Assert.Equal([2], rest.Data.EnumerateArray().Select(row => row.GetProperty("number").GetInt32()));
    }

    [Theory]
    [InlineData("x", 100_000, 2048)]
    [InlineData("ä", 2000, 2048)]
    [InlineData("漢", 2000, 2046)]
    public async Task The_first_two_kilobytes_of_a_body_are_kept(string sign, int count, int bytes)
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(200, string.Concat(Enumerable.Repeat(sign, count)));
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        var row = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "succeeded"))[0];
        var body = row.Text("response_body");
        Assert.Equal(bytes, System.Text.Encoding.UTF8.GetByteCount(body));
        Assert.Equal(string.Concat(Enumerable.Repeat(sign, body.Length)), body);
    }

    [Fact]
    public async Task A_body_of_any_bytes_can_be_kept()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = http => http.Response.Body.WriteAsync(new byte[] { 65, 0, 255, 254, 66 }).AsTask();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        var row = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "succeeded"))[0];
        Assert.Equal("A\uFFFD\uFFFD\uFFFDB", row.Text("response_body"));
    }
}
