using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Helpdesk.Access.Tests;

/// <summary>One connection by hand, for requests that no HTTP library would send.</summary>
internal sealed class Wire : IDisposable
{
    private readonly TcpClient _tcp = new();

    public static async Task<Wire> OpenAsync(Uri address)
    {
        var wire = new Wire();
        await wire._tcp.ConnectAsync(address.Host, address.Port);
        return wire;
    }

    /// <summary>Sends a whole request and reads the whole answer.</summary>
    public static async Task<ApiReply> AskAsync(Uri address, string head, byte[]? body = null)
    {
        using var wire = await OpenAsync(address);
        await wire.SendAsync(head.ReplaceLineEndings("\r\n") + "\r\nConnection: close\r\n\r\n");
        if (body is not null)
            await wire.SendAsync(body);
        return await wire.ReadAsync();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _tcp.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // The server has answered and closed already; the answer is what matters.
        }
    }

    /// <summary>Reads until the server closes.</summary>
    public async Task<ApiReply> ReadAsync()
    {
        using var received = new MemoryStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        var buffer = new byte[8192];
        try
        {
            while (await _tcp.GetStream().ReadAsync(buffer, patience.Token) is > 0 and var count)
                received.Write(buffer, 0, count);
        }
        catch (IOException)
        {
            // Reset after the answer: the server did not want the rest of the request.
        }

        return Parse(Encoding.UTF8.GetString(received.ToArray()));
    }

    public void Dispose() => _tcp.Dispose();

    private static ApiReply Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"No answer: '{text}'");
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new ApiReply(int.Parse(lines[0].Split(' ')[1]), text[(end + 4)..], headers);
    }
}

/// <summary>What these tests say again and again.</summary>
internal static class Saying
{
    /// <summary>Sends with something unusual about the request.</summary>
    public static Task<ApiReply> GetAsync(this ApiClient client, string path, Action<HttpRequestMessage> configure) =>
        client.SendAsync(HttpMethod.Get, path, null, null, configure: configure);

    /// <summary>The host name to ask for.</summary>
    public static Action<HttpRequestMessage> Host(string host) => request => request.Headers.Host = host;

    /// <summary>Without the key, or with any other text as its header.</summary>
    public static Action<HttpRequestMessage> Authorization(string? value) => request =>
    {
        request.Headers.Remove("Authorization");
        if (value is not null)
            request.Headers.TryAddWithoutValidation("Authorization", value);
    };

    /// <summary>How many tickets the tenant has, of both environments.</summary>
    public static async Task<long> TicketCountAsync(this TestTenant tenant) =>
        (await tenant.App.OwnerQueryAsync<long>("select count(*) from tickets.ticket where tenant_id = @Id", new { tenant.Id })).Single();

    /// <summary>Changes the tenant's row, as a future operator's command will, and tells the running servers.</summary>
    public static Task SettingAsync(this TestTenant tenant, string assignment) => tenant.App.OwnerSqlAsync(
        $"update access.tenant set {assignment} where tenant_id = @Id; select pg_notify('helpdesk', 'access:' || @Id)", new { tenant.Id });

    /// <summary>Waits until a condition holds; the condition is then left to the caller to assert.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; tries < 100 && !await condition(); tries++)
            await Task.Delay(20);
    }

    /// <summary>Asserts that a refusal has the dialect's shape and tells nothing of the inside.</summary>
    public static ApiReply SaysNothingOfTheInside(this ApiReply reply)
    {
        Assert.InRange(reply.Status, 400, 599);
        var error = reply.Json.GetProperty("error");
        Assert.Equal(JsonValueKind.String, error.GetProperty("code").ValueKind);
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.Equal(reply.Headers["X-Request-Id"], error.GetProperty("request_id").GetString());
        foreach (var word in new[] { "select ", "insert ", "Npgsql", "Exception", "   at ", "System.", "Helpdesk.", "42", "tenant_id" })
            Assert.DoesNotContain(word, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
        foreach (var word in new[] { "Npgsql", "Exception", "   at ", "System.", "SharedKernel", "pg_", "PathAndQuery" })
            Assert.DoesNotContain(word, reply.Text, StringComparison.Ordinal);
        return reply;
    }
}
