using System.Diagnostics;

namespace Helpdesk.Access.Tests;

/// <summary>Clients that are slow, or gone, hold up nobody else.</summary>
public sealed class SlowClientTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Half_open_requests_hold_up_nobody()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var slow = new List<Wire>();
        for (var i = 0; i < 60; i++)
        {
            slow.Add(await Wire.OpenAsync(app.Address));
            await slow[i].SendAsync((i % 3) switch { 0 => "GET /api/v1/hel", 1 => Head(tenant, client, 26), _ => Head(tenant, client, 26) + "{\"subj" });
        }

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
            (await client.GetAsync("queues")).Ok();
        await client.TicketAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"Others waited for {watch.Elapsed}");
        slow.ForEach(wire => wire.Dispose());
        (await client.GetAsync("queues")).Ok();
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_body_that_comes_in_pieces_is_waited_for()
    {
        var tenant = await app.NewTenantAsync();
        using var wire = await Wire.OpenAsync(app.Address);
        await wire.SendAsync(Head(tenant, await tenant.ClientAsync(), 26).Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        foreach (var piece in new[] { "{\"subject\"", ":\"a\",\"bo", "dy\":\"b\"}" })
        {
            await Task.Delay(150);
            await wire.SendAsync(piece);
        }

        (await wire.ReadAsync()).Expect(201);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up_within_seconds()
    {
        var tenant = await app.NewTenantAsync();
        using var wire = await Wire.OpenAsync(app.Address);
        await wire.SendAsync(Head(tenant, await tenant.ClientAsync(), 26) + "{\"sub");
        var watch = Stopwatch.StartNew();
        var reply = await wire.ReadAsync();
        reply.Refused(408, "request_timeout").SaysNothingOfTheInside();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(12), $"It took {watch.Elapsed}");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_leaves_nothing_behind()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        for (var i = 0; i < 10; i++)
        {
            using var wire = await Wire.OpenAsync(app.Address);
            await wire.SendAsync(Head(tenant, client, 26) + "{\"subject\":\"a\",\"body\":\"b");
        }

        (await client.GetAsync("queues")).Ok();
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task What_is_no_HTTP_is_refused_and_the_server_goes_on()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var noise in new[] { "\r\n\r\n\r\n", "GET\r\n\r\n", "\u0016\u0003\u0001\u0002\0\u0001", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n" })
        {
            using var wire = await Wire.OpenAsync(app.Address);
            await wire.SendAsync(noise);
        }

        (await client.GetAsync("queues")).Ok();
    }

    [Theory]
    [InlineData("Content-Length: 26\nTransfer-Encoding: chunked")]
    [InlineData("Content-Length: 26\nContent-Length: 5")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    public async Task Requests_that_could_be_read_in_two_ways_make_no_ticket(string headers)
    {
        var tenant = await app.NewTenantAsync();
        var head = Head(tenant, await tenant.ClientAsync(), 26).Replace("Content-Length: 26", headers.ReplaceLineEndings("\r\n"), StringComparison.Ordinal);
        using var wire = await Wire.OpenAsync(app.Address);
        await wire.SendAsync(head.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal) + """{"subject":"a","body":"b"}""");
        Assert.InRange((await wire.ReadAsync()).Status, 400, 501);
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    private static string Head(TestTenant tenant, ApiClient client, int length) =>
        $"POST /api/v1/helpdesk/tickets HTTP/1.1\r\nHost: {tenant.Slug}.localhost\r\nAuthorization: Bearer {client.Token}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
}
