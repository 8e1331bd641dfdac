using System.Text;

namespace Helpdesk.Access.Tests;

/// <summary>How large a request may be, and in what it may be wrapped.</summary>
public sealed class BodyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int Limit = 1024 * 1024;

    [Fact]
    public async Task A_body_of_exactly_one_MiB_is_read()
    {
        var tenant = await app.NewTenantAsync();
        var body = Padded(Limit);
        Assert.Equal(Limit, Encoding.UTF8.GetByteCount(body));
        (await (await tenant.ClientAsync()).PostTextAsync("tickets", body)).Created();
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task One_byte_more_is_refused()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var head = Head(tenant, client, $"Content-Length: {Limit + 1}");
        (await Wire.AskAsync(app.Address, head, Encoding.UTF8.GetBytes(Padded(Limit + 1)))).Refused(413, "payload_too_large").SaysNothingOfTheInside();
        (await Wire.AskAsync(app.Address, head)).Refused(413, "payload_too_large");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_body_in_chunks_is_measured_as_it_comes()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await Wire.AskAsync(app.Address, Head(tenant, client, "Transfer-Encoding: chunked"), Chunked(Padded(Limit)))).Expect(201);
        (await Wire.AskAsync(app.Address, Head(tenant, client, "Transfer-Encoding: chunked"), Chunked(Padded(Limit), 2))).Expect(201);
        (await Wire.AskAsync(app.Address, Head(tenant, client, "Transfer-Encoding: chunked"), Chunked(Padded(Limit + 1)))).Refused(413, "payload_too_large");
        Assert.Equal(2, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_remembered()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await Wire.AskAsync(app.Address, Head(tenant, client, $"Content-Length: {Limit + 1}\nIdempotency-Key: k"))).Refused(413, "payload_too_large");
        (await client.PostAsync("tickets", new { subject = "a", body = "b" }, "k")).Created();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON;charset=UTF-8")]
    [InlineData("  application/json ; x=y")]
    public async Task JSON_is_read(string type)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostTextAsync("tickets", """{"subject":"a","body":"b"}""", type)).Created();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/jsonx")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; application/json")]
    public async Task Any_other_media_type_is_refused(string? type)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var reply = await client.SendAsync(HttpMethod.Post, "tickets", """{"subject":"a","body":"b"}""", null, configure: request =>
        {
            request.Content!.Headers.Remove("Content-Type");
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        });
        reply.Refused(415, "unsupported_media_type").SaysNothingOfTheInside();
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_URL_of_more_than_8_KiB_is_refused()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var path = "/api/v1/helpdesk/tickets?x=";
        (await client.GetAsync(path + new string('a', 8000 - path.Length))).Ok();
        Assert.Equal(414, (await client.GetAsync(path + new string('a', 8300 - path.Length))).Status);
        Assert.Equal(431, (await client.GetAsync("tickets", request => request.Headers.Add("X-Much", new string('a', 40_000)))).Status);
    }

    [Theory]
    [InlineData("tickets/%00")]
    [InlineData("tickets/%ff%fe")]
    [InlineData("tickets/%ED%A0%80")]
    [InlineData("tickets/..%2f..%2fetc%2fpasswd")]
    [InlineData("tickets/'%20or%201=1--")]
    [InlineData("tickets/99999999999999999999999")]
    [InlineData("tickets/-1")]
    [InlineData("tickets/HD-99999999999")]
    [InlineData("tickets/%F0%9F%92%A1")]
    [InlineData("queues/1.5")]
    [InlineData("queues/99999999999999999999999")]
    [InlineData("queues/%00")]
    [InlineData("agents/abc")]
    [InlineData("tickets?q=%00%00")]
    [InlineData("tickets?q=%ff%fe%fd")]
    [InlineData("tickets?q=%ED%A0%80%ED%A0%80")]
    [InlineData("tickets?q='%3B%20drop%20table%20tickets.ticket%3B--")]
    [InlineData("tickets?q=%26%7C!()%3A*%3C-%3E")]
    [InlineData("tickets?queue_id=99999999999999999999999")]
    [InlineData("tickets?queue_id=1;2")]
    [InlineData("tickets?requester_email=%00")]
    [InlineData("tickets?tag=%00")]
    [InlineData("tickets?created_since=0001-01-01&created_before=9999-12-31T23:59:59.9999999Z")]
    [InlineData("tickets?updated_since=0001-01-01T00:00:00%2B14:00")]
    [InlineData("tickets?updated_since=9999-12-31T23:59:59-14:00")]
    [InlineData("tickets?sort=subject;drop")]
    [InlineData("tickets?%00=%00")]
    public async Task No_URL_is_a_fault(string path)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync();
        var reply = await client.GetAsync(path);
        Assert.InRange(reply.Status, 200, 499);
        if (reply.Status >= 400 && reply.Text.Length > 0)
            reply.SaysNothingOfTheInside();
    }

    private static string Padded(int bytes)
    {
        const string start = """{"subject":"a","body":"b","padding":" """;
        return start + new string('x', bytes - start.Length - 2) + "\"}";
    }

    private static string Head(TestTenant tenant, ApiClient client, string more) =>
        $"POST /api/v1/helpdesk/tickets HTTP/1.1\nHost: {tenant.Slug}.localhost\nAuthorization: Bearer {client.Token}\nContent-Type: application/json\n{more}";

    private static byte[] Chunked(string body, int size = 60_000)
    {
        var wire = new StringBuilder();
        foreach (var chunk in body.Chunk(size))
            wire.Append($"{chunk.Length:x}\r\n").Append(chunk).Append("\r\n");
        return Encoding.UTF8.GetBytes(wire.Append("0\r\n\r\n").ToString());
    }
}
