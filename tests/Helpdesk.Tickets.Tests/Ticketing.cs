using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

/// <summary>What tests of tickets say often.</summary>
internal static class Ticketing
{
    public static readonly string[] Statuses = ["new", "open", "pending", "on_hold", "resolved", "closed"];

    public static long Id(this JsonElement row) => row.GetProperty("id").GetInt64();

    /// <summary>A member as text; empty for null.</summary>
    public static string Text(this JsonElement row, string name) => row.GetProperty(name).ToString();

    public static bool IsNull(this JsonElement row, string name) => row.GetProperty(name).ValueKind is JsonValueKind.Null;

    public static long? Assignee(this JsonElement ticket) => ticket.IsNull("assignee") ? null : ticket.GetProperty("assignee").Id();

    public static string[] Tags(this JsonElement ticket) => [.. ticket.GetProperty("tags").EnumerateArray().Select(tag => tag.Text("slug"))];

    public static async Task<JsonElement> ReadAsync(this ApiClient client, JsonElement ticket) =>
        (await client.GetAsync($"tickets/{ticket.Id()}")).Ok();

    public static Task<ApiReply> UpdateAsync(this ApiClient client, JsonElement ticket, object body) =>
        client.PostAsync($"tickets/{ticket.Id()}", body);

    public static Task<ApiReply> ReplyAsync(this ApiClient client, JsonElement ticket, object body) =>
        client.PostAsync($"tickets/{ticket.Id()}/reply", body);

    public static Task<ApiReply> MoveAsync(this ApiClient client, JsonElement ticket, string status) =>
        client.PostAsync($"tickets/{ticket.Id()}/status", new { status });

    /// <summary>A ticket that has been brought into a status.</summary>
    public static async Task<JsonElement> TicketInAsync(this ApiClient client, string status)
    {
        var ticket = await client.TicketAsync();
        return status == "new" ? ticket : (await client.MoveAsync(ticket, status)).Ok();
    }

    /// <summary>The thread, an entry a line: messages as <c>kind author: text</c>, system entries as <c>type from > to</c>.</summary>
    public static async Task<string[]> ThreadAsync(this ApiClient client, JsonElement ticket)
    {
        var list = (await client.GetAsync($"tickets/{ticket.Id()}/messages?limit=100")).Ok();
        return [.. list.EnumerateArray().Select(LineOf)];
    }

    /// <summary>What the event log holds of a ticket, in order, a line each: <c>key field: from > to</c>.</summary>
    public static async Task<string[]> EventsAsync(this HelpdeskApp app, JsonElement ticket)
    {
        var rows = await app.OwnerQueryAsync<string>(
            "select event_key || coalesce(' ' || changes::text, '') from log.event where ticket_id = @Id order by id", new { Id = ticket.Id() });
        return [.. rows.Select(row =>
        {
            var space = row.IndexOf(' ');
            return space < 0 ? row : $"{row[..space]} {ChangesOf(row[space..])}";
        })];
    }

    /// <summary>The ids of the tickets that the list has, through all its pages.</summary>
    public static async Task<long[]> ListedAsync(this ApiClient client, string query = "") =>
        [.. (await client.AllAsync(query)).Select(ticket => ticket.Id())];

    /// <summary>The tickets that the list has, through all its pages.</summary>
    public static async Task<List<JsonElement>> AllAsync(this ApiClient client, string query = "")
    {
        var found = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = (await client.GetAsync($"tickets?limit=100&{query}&cursor={cursor}")).Expect(200);
            found.AddRange(page.Data.EnumerateArray());
            Assert.Equal(page.NextCursor is not null, page.Json.GetProperty("has_more").GetBoolean());
            cursor = page.NextCursor;
            if (cursor is null)
                return found;
        }
    }

    public static async Task<long> TotalAsync(this ApiClient client, string query) =>
        (await client.GetAsync($"tickets?limit=1&{query}")).Expect(200).Json.GetProperty("total_count").GetInt64();

    /// <summary>Asserts that the key lacks this scope, said in both places.</summary>
    public static void LacksScope(this ApiReply reply, string scope)
    {
        var error = reply.Refused(403, "insufficient_scope").Json.GetProperty("error");
        Assert.Equal(scope, error.Text("required_scope"));
        Assert.Equal(scope, error.GetProperty("extra").Text("required_scope"));
    }

    /// <summary>Asserts that exactly these fields were refused.</summary>
    public static void RefusedFields(this ApiReply reply, params string[] fields)
    {
        var extra = reply.Refused(422, "validation_failed").Json.GetProperty("error").GetProperty("extra");
        Assert.Equal(fields.Order(), extra.GetProperty("fields").EnumerateObject().Select(field => field.Name).Order());
    }

    private static string LineOf(JsonElement entry)
    {
        if (entry.Text("kind") != "system_event")
            return $"{entry.Text("kind")} {entry.GetProperty("author").Text("kind")}: {entry.Text("body_md")}";
        var happened = entry.GetProperty("event");
        return $"{happened.Text("type")} {Show(happened.GetProperty("from"))} > {Show(happened.GetProperty("to"))}";
    }

    private static string ChangesOf(string json) => string.Join(", ", JsonDocument.Parse(json).RootElement.EnumerateObject()
        .OrderBy(field => field.Name, StringComparer.Ordinal)
        .Select(field => $"{field.Name}: {Show(field.Value.GetProperty("from"))} > {Show(field.Value.GetProperty("to"))}"));

    private static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => string.Join("+", value.EnumerateArray()),
        _ => value.ToString(),
    };
}
