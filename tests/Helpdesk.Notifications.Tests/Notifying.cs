using System.Text.Json;

namespace Helpdesk.Notifications.Tests;

/// <summary>What tests of notifications say often.</summary>
internal static class Notifying
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static long Id(this JsonElement row) => row.GetProperty("id").GetInt64();

    public static Task<ApiReply> ReplyAsync(this ApiClient client, JsonElement ticket, object body) =>
        client.PostAsync($"tickets/{ticket.Id()}/reply", body);

    public static Task<ApiReply> SetAsync(this ApiClient client, string scope, long id, string key, string channel, bool enabled) =>
        client.PostAsync("notification-prefs", new { scope, scope_id = id, event_key = key, channel, enabled });

    /// <summary>A ticket of somebody, for whom mail goes to <c>maria@SLUG.example</c>.</summary>
    public static Task<JsonElement> TicketOfMariaAsync(this ApiClient client, TestTenant tenant, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["requester"] = JsonSerializer.SerializeToNode(new { email = $"maria@{tenant.Slug}.example", name = "Maria Keller" });
        return client.TicketAsync("Lamp does not light", body);
    }

    /// <summary>A new agent, of whom the server has heard.</summary>
    public static async Task<Agent> AgentAsync(this ApiClient client, TestTenant tenant, string name, params long[] queueIds)
    {
        var agent = await tenant.AgentAsync(name, queueIds);
        await UntilAsync(async () => (await client.GetAsync($"agents/{agent.Id}")).Status == 200, "the server hears of the agent");
        return agent;
    }

    /// <summary>The default queue's id.</summary>
    public static async Task<long> SupportAsync(this ApiClient client) => (await client.GetAsync("queues")).Ok()[0].Id();

    /// <summary>Waits until what the tenant did so far has been told.</summary>
    public static Task SettleAsync(this TestTenant tenant) => UntilAsync(async () => (await tenant.App.OwnerQueryAsync<bool>("""
        select not exists (select from log.outbox where tenant_id = @Id) and exists (
            select from log.stream s join log.consumer c on c.tenant_id = s.tenant_id and c.name = 'notifications'
            where s.tenant_id = @Id and c.last_seq = s.last_seq)
        """, new { tenant.Id }))[0], "the events are read");

    /// <summary>Who was told of what, in order, one line each: <c>key name: channel</c>, of all channels or one.</summary>
    public static async Task<string[]> ToldAsync(this TestTenant tenant, string? channel = null)
    {
        await tenant.SettleAsync();
        var told = await tenant.App.OwnerQueryAsync<(string Key, string Who, string Channel)>("""
            select t.event_key, coalesce(a.name, r.name), t.channel from (
                select tenant_id, event_id, 1 as recipient_kind, unnest(agent_ids) as recipient_id, event_key, 'in_app' as channel from notifications.in_app
                union all
                select tenant_id, event_id, 2, requester_id, event_key, 'in_app' from notifications.in_app where requester_id is not null
                union all
                select tenant_id, event_id, recipient_kind, recipient_id, event_key, 'email' from notifications.mail) t
            left join desk.agent a on t.recipient_kind = 1 and a.tenant_id = t.tenant_id and a.id = t.recipient_id
            left join tickets.requester r on t.recipient_kind = 2 and r.tenant_id = t.tenant_id and r.id = t.recipient_id
            where t.tenant_id = @Id and (@channel::text is null or t.channel = @channel) order by t.event_id, 2, t.channel
            """, new { tenant.Id, channel });
        return [.. told.Select(row => channel is null ? $"{row.Key} {row.Who}: {row.Channel}" : $"{row.Key} {row.Who}")];
    }

    /// <summary>The tenant's mails in the database, oldest event first.</summary>
    public static Task<IReadOnlyList<MailRow>> MailsAsync(this TestTenant tenant) => tenant.App.OwnerQueryAsync<MailRow>("""
        select event_key, attempts, last_error, due_at, sent_at, given_up_at from notifications.mail where tenant_id = @Id
        order by event_id, recipient_kind desc
        """, new { tenant.Id });

    /// <summary>Waits until the tenant's mails are as wanted.</summary>
    public static async Task<IReadOnlyList<MailRow>> MailsAsync(this TestTenant tenant, Func<IReadOnlyList<MailRow>, bool> wanted)
    {
        IReadOnlyList<MailRow> rows = [];
        await UntilAsync(async () => wanted(rows = await tenant.MailsAsync()), () => string.Join('\n', rows));
        return rows;
    }

    /// <summary>Lets the next try be due now. What a sender holds, for five minutes, is left alone.</summary>
    public static Task HurryAsync(this TestTenant tenant) => tenant.App.OwnerSqlAsync("""
        update notifications.mail set due_at = now() - interval '1 second' where tenant_id = @Id and due_at < now() + interval '4 minutes'
        """, new { tenant.Id });

    /// <summary>Waits for so many mails to the tenant's people; answers them in the order in which they came.</summary>
    public static async Task<ReceivedMail[]> InboxAsync(this TestTenant tenant, int count)
    {
        await UntilAsync(() => Task.FromResult(Inbox().Length >= count), () => $"{Inbox().Length} of {count} mails came");
        return Inbox();

        ReceivedMail[] Inbox() => [.. MailSetup.Server.Received.Where(mail => mail.To.EndsWith($"@{tenant.Slug}.example", StringComparison.Ordinal))];
    }

    public static Task UntilAsync(Func<Task<bool>> isSo, string what) => UntilAsync(isSo, () => what);

    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        for (var end = DateTime.UtcNow + Patience; !await isSo(); await Task.Delay(20))
            Assert.True(DateTime.UtcNow < end, $"It does not come about: {what()}");
    }
}

/// <summary>A mail in the database.</summary>
internal sealed record MailRow(
    string EventKey, int Attempts, string? LastError, DateTime? DueAt, DateTime? SentAt, DateTime? GivenUpAt);
