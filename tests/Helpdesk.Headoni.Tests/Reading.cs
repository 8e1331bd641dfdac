using System.Text.Json;
using Helpdesk.Desk;

namespace Helpdesk.Headoni.Tests;

/// <summary>What these tests say often.</summary>
internal static class Reading
{
    /// <summary>A member as text; empty for null.</summary>
    public static string Text(this JsonElement row, string name) => row.GetProperty(name).ToString();

    /// <summary>The messages of a ticket, a line each: <c>author: text</c>.</summary>
    public static string[] Messages(this JsonElement ticket) =>
        [.. ticket.GetProperty("messages").EnumerateArray().Select(message => $"{message.Text("authorKind")}: {message.Text("bodyMd")}")];

    /// <summary>The ids of a list of things.</summary>
    public static string[] Ids(this JsonElement list) => [.. list.EnumerateArray().Select(row => row.Text("id"))];

    /// <summary>Makes a help topic the desk's default, as an operator's file does.</summary>
    public static Task DefaultTypeAsync(this TestTenant tenant, string slug) =>
        tenant.ApplyAsync(new HelpTopicEntry(slug, default, default, default, default, default, default, default, true));

    /// <summary>Changes help topics as an operator's file does.</summary>
    public static Task ApplyAsync(this TestTenant tenant, params HelpTopicEntry[] topics) => tenant.ChangeAsync(new ApplyDesk([], [], topics, false));

    /// <summary>Changes queues as an operator's file does.</summary>
    public static Task ApplyAsync(this TestTenant tenant, params QueueEntry[] queues) => tenant.ChangeAsync(new ApplyDesk(queues, [], [], false));

    /// <summary>Sets the addresses whose tickets are closed as they come in.</summary>
    public static Task BlockAsync(this TestTenant tenant, params string[] senders) => tenant.ChangeAsync(new ApplyDesk([], [], [], false, senders));

    private static Task ChangeAsync(this TestTenant tenant, ApplyDesk change) =>
        tenant.App.HeardAsync("desk", tenant.Id, () => tenant.SendAsync(change));

    /// <summary>How many tickets the tenant has.</summary>
    public static async Task<long> TicketCountAsync(this TestTenant tenant) =>
        (await tenant.App.OwnerQueryAsync<long>("select count(*) from tickets.ticket where tenant_id = @Id", new { tenant.Id })).Single();
}
