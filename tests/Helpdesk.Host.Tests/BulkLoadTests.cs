using Helpdesk.Host.Demo;
using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Tests;

public sealed class BulkLoadTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private const int Tickets = 250;
    private readonly string _keyFile = Path.GetTempFileName();
    private LoadTenant _first = null!;
    private LoadTenant _second = null!;
    private string[][] _samples = [];

    public async Task InitializeAsync()
    {
        var settings = Settings.Read(new KeyValuePair<string, string?>("ConnectionStrings:Helpdesk", app.OwnerConnectionString));
        await using var deployment = await Deployment.OpenAsync(settings, CancellationToken.None);
        var loaded = await BulkLoad.RunAsync(deployment, new BulkLoadPlan(2, 2 * Tickets, 3, _keyFile), _ => { }, CancellationToken.None);
        (_first, _second) = (loaded[0], loaded[1]);
        _samples = [.. File.ReadLines(_keyFile).Select(line => line.Split('\t'))];
    }

    public Task DisposeAsync()
    {
        File.Delete(_keyFile);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Lists_and_counts_show_what_was_loaded()
    {
        var client = ClientOf(_first);

        var all = (await client.GetAsync("tickets?limit=1")).Json;
        var closed = (await client.GetAsync("tickets?status=closed&limit=1")).Json;
        var counted = (await client.GetAsync("tickets?status=closed&source=api,portal,email,phone,chat&limit=1")).Json;
        var unassigned = (await client.GetAsync("tickets?assignee_id=none&limit=100")).Json;

        Assert.Equal(Tickets, all.GetProperty("total_count").GetInt64());
        Assert.Equal(counted.GetProperty("total_count").GetInt64(), closed.GetProperty("total_count").GetInt64());
        Assert.Equal(unassigned.GetProperty("data").GetArrayLength(), unassigned.GetProperty("total_count").GetInt64());
        Assert.Equal(
            [3 * Tickets],
            await app.OwnerQueryAsync<long>("select count(*) from tickets.message where tenant_id = @Id", _first.Tenant));
    }

    [Fact]
    public async Task Search_finds_words_of_messages_and_of_the_subject()
    {
        var client = ClientOf(_second);
        var body = await app.OwnerQueryAsync<string>(
            "select body_md from tickets.message where tenant_id = @Id and not is_internal order by id limit 1", _second.Tenant);
        var word = body[0].Split([' ', '.', ',', '?']).MaxBy(word => word.Length)!;
        var subject = (await client.GetAsync("tickets/HD-000001")).Data.GetProperty("subject").GetString()!;

        foreach (var q in (string[])[word, subject])
        {
            var found = (await client.GetAsync($"tickets?limit=100&sort=id&q={Uri.EscapeDataString(q)}")).Json.GetProperty("data");
            Assert.Contains(found.EnumerateArray(), ticket => ticket.GetProperty("reference").GetString() == "HD-000001");
        }
    }

    [Fact]
    public async Task Numbers_have_no_gaps_and_the_next_ticket_goes_on()
    {
        var client = ClientOf(_second);

        var numbers = await app.OwnerQueryAsync<int>("select number from tickets.ticket where tenant_id = @Id and id < @Id order by id", _second.Tenant);
        var next = await client.TicketAsync();

        Assert.Equal(Enumerable.Range(1, Tickets), numbers);
        Assert.Equal($"HD-{Tickets + 1:D6}", next.GetProperty("reference").GetString());
        Assert.Equal(Tickets + 1, (await client.GetAsync("tickets?limit=1")).Json.GetProperty("total_count").GetInt64());
    }

    [Fact]
    public async Task A_sample_of_the_key_file_is_a_ticket_of_its_key()
    {
        var sample = _samples.First(sample => sample[1] == _first.Tenant.Slug && sample[4] == "live");
        var client = ClientOf(_first);

        var ticket = (await client.GetAsync($"tickets/{sample[2]}")).Data;

        Assert.Equal(sample[3], ticket.GetProperty("reference").GetString());
        Assert.Equal(ticket.GetProperty("message_count").GetInt32(), ticket.GetProperty("messages").GetArrayLength());
        Assert.Equal(201, (await client.PostAsync($"tickets/{sample[3]}/reply", new { body = "We are on it." })).Status);
    }

    [Fact]
    public async Task All_indexes_are_in_place_afterwards() =>
        Assert.Equal(
            [(0L, 10L)],
            await app.OwnerQueryAsync<(long, long)>("""
                select (select count(*) from kernel.shelved_index), count(*) from pg_index
                where indrelid in ('tickets.ticket'::regclass, 'tickets.message'::regclass) and not indisunique and indisvalid
                """));

    private ApiClient ClientOf(LoadTenant tenant) => new(app, tenant.Tenant.Slug, _samples.First(sample => sample[1] == tenant.Tenant.Slug)[0]);
}
