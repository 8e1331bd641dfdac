using System.Net.Http.Headers;
using System.Text;

namespace Helpdesk.Host.Tests;

/// <summary>The operator's commands about models, beside a running server.</summary>
public sealed class AiCommandTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly AnthropicServer _provider = AnthropicServer.Start();
    private readonly string _folder = Directory.CreateTempSubdirectory("helpdesk-ai-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_tenant_is_set_up_asked_for_and_reported_on()
    {
        var (tenant, minted) = await database.TenantAsync();
        var token = minted.Token;
        var key = _provider.NewKey().Always(ModelReply.Tool(new { template = "Private-answer-4711" }));
        await using var server = await HostProcess.ServeAsync("serve", Environment);
        var file = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(file, key.Secret + "\n");

        Assert.Contains("key         none\nmodel       claude-haiku-4-5-20251001\nfeatures    none\ncap         10.000000 USD a month\nper minute  20 calls\n", await RunAsync($"ai show --tenant {tenant.Slug}"), StringComparison.Ordinal);
        var said = await RunAsync($"ai configure --tenant {tenant.Slug} --key-file {file} --model sonnet --enable helpdesk_canned_generate,helpdesk_summary --cap 2.5 --per-minute 7 --feature-model helpdesk_summary=haiku");
        Assert.Matches(@"^key         set \d{4}-\d\d-\d\d \d\d:\d\d\nmodel       claude-sonnet-4-5-20250929\n            helpdesk_summary: claude-haiku-4-5-20251001\nfeatures    helpdesk_canned_generate, helpdesk_summary\ncap         2.500000 USD a month\nper minute  7 calls\n$", said);

        // Its eleven megabytes are loaded by the first who wants them.
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain("Anthropic.dll", await File.ReadAllTextAsync($"/proc/{server.Id}/maps"), StringComparison.Ordinal);
        Assert.Contains("\"ok\":true", await AskAsync(server, tenant.Slug, token), StringComparison.Ordinal);

        var usage = await RunAsync($"ai usage --tenant {tenant.Slug} --month {DateTime.UtcNow:yyyy-MM}");
        Assert.Matches(@"(?m)^helpdesk_canned_generate +claude-sonnet-4-5-20250929 +ok +1 +100 +20 +0\.000600 USD$", usage);
        Assert.EndsWith($"{DateTime.UtcNow:yyyy-MM}: 0.000600 USD of 2.500000 USD\n", usage, StringComparison.Ordinal);
        Assert.Contains("spent       0.000600 USD this month\nprice       3 / 15 USD for a million tokens", await RunAsync($"ai show --tenant {tenant.Slug}"), StringComparison.Ordinal);

        // Another key by standard input takes effect at once; a provider that fails is logged without a word of what was said.
        var other = _provider.NewKey().Always(ModelReply.Failure(400, "invalid_request_error", "Private-fault-4711"));
        (await HostProcess.RunAsync(Environment, other.Secret + "\n", ["ai", "configure", "--tenant", tenant.Slug, "--key-stdin"])).Ok();
        Assert.Contains("provider_error", await AskAsync(server, tenant.Slug, token), StringComparison.Ordinal);
        Assert.Single(other.Asked);
        await RunAsync($"ai configure --tenant {tenant.Slug} --remove-key");
        Assert.Contains("\"reason\":\"no_key\"", await AskAsync(server, tenant.Slug, token), StringComparison.Ordinal);
        server.Terminate();
        await server.EndAsync();
        foreach (var secret in new[] { key.Secret, other.Secret, "4711" })
            Assert.DoesNotContain(secret, server.Said + said + usage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--enable summaries", "must be among helpdesk_reply_suggest")]
    [InlineData("--model gpt", "must be one of claude-haiku-4-5-20251001")]
    [InlineData("--cap -1", "cap_usd must be between 0")]
    [InlineData("--key-file /no/such/file", "/no/such/file")]
    [InlineData("--key-file /dev/null --key-stdin", "not by both")]
    [InlineData("--key-file /dev/null", "key must be 8 to 300 printable ASCII characters.")]
    [InlineData("--key sk-ant-on-the-command-line", "--key")]
    public async Task What_makes_no_sense_is_refused(string options, string because)
    {
        var (tenant, _) = await database.TenantAsync();
        (await HostProcess.RunAsync(Environment, ["ai", "configure", "--tenant", tenant.Slug, .. options.Split(' ')])).Refused(because);
    }

    private Dictionary<string, string> Environment
    {
        get
        {
            var environment = database.Environment;
            environment["Helpdesk__Ai__BaseAddress"] = _provider.Address.ToString();
            environment["Helpdesk__Secrets__MasterKey"] = Convert.ToBase64String(Encoding.ASCII.GetBytes("a master key of thirty-two bytes"));
            return environment;
        }
    }

    private async Task<string> RunAsync(string line) => (await HostProcess.RunAsync(Environment, line.Split(' '))).Ok();

    private static async Task<string> AskAsync(HostProcess server, string slug, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{server.Port}/api/v1/helpdesk/ai/canned-generate");
        request.Headers.Host = $"{slug}.localhost";
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new StringContent("""{"intent":"Private-intent-4711"}""", Encoding.UTF8, "application/json");
        return await (await http.SendAsync(request)).Content.ReadAsStringAsync();
    }
}
