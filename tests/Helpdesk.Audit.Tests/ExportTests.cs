using System.Text.RegularExpressions;
using Helpdesk.Audit.Contracts;

namespace Helpdesk.Audit.Tests;

/// <summary>An exported log, verified with nothing but the file and the public keys.</summary>
public sealed class ExportTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task An_export_is_verified_without_the_server()
    {
        var (tenant, _) = await app.SealedTenantAsync();
        var lines = await ExportAsync(tenant);
        var events = (await tenant.NumberedAsync()).Count;
        Assert.Equal(events, lines.Count(line => line.StartsWith("{\"kind\":\"event\"", StringComparison.Ordinal)));
        var found = await VerifyAsync(lines);
        Assert.True(found.Intact, found.FirstFault?.Message);
        Assert.Equal(events, found.Events);
        Assert.Equal(events, found.Checkpoint!.Seq);
    }

    [Fact]
    public async Task Every_line_left_out_is_noticed()
    {
        var (tenant, _) = await app.SealedTenantAsync(tickets: 1);
        var lines = await ExportAsync(tenant);
        // Without the last checkpoint the file is an export of before it.
        var last = lines.FindLastIndex(line => line.Contains("\"kind\":\"checkpoint\"", StringComparison.Ordinal));
        for (var at = 1; at < lines.Count; at++)
        {
            if (at != last)
                Assert.False((await VerifyAsync([.. lines.Where((_, place) => place != at)])).Intact, lines[at]);
        }
    }

    [Fact]
    public async Task Every_character_changed_is_noticed()
    {
        var (tenant, _) = await app.SealedTenantAsync(tickets: 1);
        var lines = await ExportAsync(tenant);
        var random = new Random(7);
        for (var tries = 0; tries < 400; tries++)
        {
            var at = random.Next(1, lines.Count - 1);
            // Values only: a member that nobody knows is passed over, and its absence is told as a broken file.
            var values = Regex.Matches(lines[at], "(?<=\":\"?)[^\",{}:]+(?=\"?[,}])").ToArray();
            var value = values[random.Next(1, values.Length)];
            var place = value.Index + random.Next(value.Length);
            var other = lines[at][place] == '7' ? '8' : '7';
            var changed = lines[at][..place] + other + lines[at][(place + 1)..];
            var broken = false;
            try
            {
                broken = !(await VerifyAsync([.. lines.Select((line, number) => number == at ? changed : line)])).Intact;
            }
            catch (FormatException)
            {
                broken = true;
            }

            Assert.True(broken, $"{lines[at]}\n{changed}");
        }
    }

    [Fact]
    public async Task A_file_cut_off_at_an_earlier_checkpoint_is_noticed_by_a_kept_one()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
        var before = await ExportAsync(tenant);
        await client.TicketAsync();
        await tenant.SettledAsync();
        var kept = (await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None))!;
        Assert.True((await VerifyAsync(before)).Intact);
        Assert.Equal(AuditFaultKind.CutOff, (await VerifyAsync(before, kept)).FirstFault!.Kind);
        Assert.True((await VerifyAsync(await ExportAsync(tenant), kept)).Intact);
    }

    [Fact]
    public async Task A_log_signed_by_a_stranger_is_not_believed()
    {
        var (tenant, _) = await app.SealedTenantAsync();
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var lines = await ExportAsync(tenant);
        Assert.Equal(AuditFaultKind.CheckpointChanged, (await VerifyAsync(lines, keys: key.ExportSubjectPublicKeyInfoPem())).FirstFault!.Kind);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("""{"kind":"event"}""")]
    public async Task What_is_no_export_is_refused(string text) =>
        await Assert.ThrowsAsync<FormatException>(() => VerifyAsync([text]));

    private async Task<List<string>> ExportAsync(TestTenant tenant)
    {
        await using var text = new StringWriter();
        await app.Audit.ExportAsync(tenant.Tenant, text, CancellationToken.None);
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private async Task<AuditVerification> VerifyAsync(IEnumerable<string> lines, AuditCheckpointView? kept = null, string? keys = null)
    {
        using var reader = new StringReader(string.Join('\n', lines));
        AuditVerification? only = null;
        await foreach (var (_, found) in AuditFile.VerifyAsync(reader, keys ?? app.Audit.PublicKeys(), kept is null ? [] : [kept]))
            only = found;
        return only!;
    }
}
