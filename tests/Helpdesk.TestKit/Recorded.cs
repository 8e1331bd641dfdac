using Xunit;

namespace Helpdesk.TestKit;

/// <summary>What a test finds in the event log.</summary>
public static class Recorded
{
    /// <summary>The tenant's events about one sort of thing, oldest first, each in one line: key, actor, changes and payload.</summary>
    public static async Task<IReadOnlyList<string>> EventsAsync(this TestTenant tenant, string subjectType)
    {
        var rows = await tenant.App.OwnerQueryAsync<Row>("""
            select event_key, actor_label, is_test, changes::text as changes, payload::text as payload from log.event
            where tenant_id = @Id and subject_type = @subjectType order by id
            """, new { tenant.Id, subjectType });
        return [.. rows.Select(row => $"{row.EventKey} by {row.ActorLabel}{(row.IsTest ? " (test)" : "")}: {row.Changes} {row.Payload}")];
    }

    /// <summary>Sends the same request twelve times at once under one retry key; asserts that all got one answer, and gives it back.</summary>
    public static async Task<ApiReply> PostTwelveTimesAsync(this ApiClient client, string path, object? body = null)
    {
        var key = Guid.NewGuid().ToString();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostAsync(path, body, key)));
        Assert.Single(replies.Select(reply => (reply.Status, reply.Text)).Distinct());
        return replies[0];
    }

    private sealed record Row(string EventKey, string ActorLabel, bool IsTest, string? Changes, string? Payload);
}
