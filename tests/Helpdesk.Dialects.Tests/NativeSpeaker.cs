using System.Globalization;
using System.Text.Json;
using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Dialects.Tests;

/// <summary>Writes and reads through mobieus.</summary>
internal sealed class NativeSpeaker(ApiClient client, long agentId) : IWriter, IReader
{
    // In the order of the stored numbers, from 1.
    private static readonly string[] Priorities = ["urgent", "high", "normal", "low"];

    public int LongestSubject => 255;

    public bool TakesFields => true;

    public bool FilesEverything => false;

    public bool IsForRequesters => false;

    public async Task<long> OpenAsync(Story story) => (await client.PostAsync("tickets", new
    {
        subject = story.Subject,
        body = story.Body,
        requester = new { email = story.Email, name = story.Name },
        priority = story.Priority is { } priority ? Priorities[priority - 1] : null,
        queue_id = story.QueueId,
        help_topic_id = story.TopicId,
        custom_fields = story.Order is null ? null : new { order = story.Order },
    })).Created().GetProperty("id").GetInt64();

    public async Task<bool> TryAsync(long ticketId, Step step)
    {
        _ = step.Kind switch
        {
            StepKind.Note => (await ReplyAsync(ticketId, new { body = step.Text, @internal = true })).Created(),
            StepKind.AgentReply => (await ReplyAsync(ticketId, new { body = step.Text, agent_id = agentId })).Created(),
            StepKind.RequesterReply => (await ReplyAsync(ticketId, new { body = step.Text, @as = "requester" })).Created(),
            StepKind.ProgramReply => (await ReplyAsync(ticketId, new { body = step.Text })).Created(),
            StepKind.Status => (await client.PostAsync($"tickets/{ticketId}/status", new { status = step.Text })).Ok(),
            StepKind.Tag => (await client.PostAsync($"tickets/{ticketId}", new { add_tags = new[] { step.Text } })).Ok(),
        };
        return true;
    }

    public async Task<(Seen Ticket, string Answer)?> ReadAsync(long ticketId)
    {
        var reply = await client.GetAsync($"tickets/{ticketId}");
        return reply.Status == 404 ? null : (SeenOf(reply.Ok()), reply.Text);
    }

    public async Task<(IReadOnlyList<Seen> Tickets, string Answer)> ListAsync()
    {
        var reply = await client.GetAsync("tickets?limit=5");
        return ([.. reply.Ok().EnumerateArray().Select(SeenOf)], reply.Text);
    }

    private Task<ApiReply> ReplyAsync(long ticketId, object body) => client.PostAsync($"tickets/{ticketId}/reply", body);

    private static Seen SeenOf(JsonElement ticket) => new()
    {
        Id = ticket.GetProperty("id").GetInt64(),
        Number = int.Parse(ticket.GetProperty("reference").GetString()!.AsSpan(3), CultureInfo.InvariantCulture),
        Subject = ticket.GetProperty("subject").GetString()!,
        Priority = Array.IndexOf(Priorities, ticket.GetProperty("priority").GetString()) + 1,
        Categories = ticket.GetProperty("status").GetString() switch
        {
            "new" => [StatusCategory.New],
            "open" => [StatusCategory.Open],
            "pending" => [StatusCategory.Pending],
            "on_hold" => [StatusCategory.OnHold],
            "resolved" => [StatusCategory.Resolved],
            "closed" => [StatusCategory.Closed, StatusCategory.Merged],
            _ => [],
        },
        Queue = (ticket.GetProperty("queue").GetProperty("id").GetInt64(), ticket.GetProperty("queue").GetProperty("name").GetString()!),
        Topic = ticket.GetProperty("help_topic") is { ValueKind: JsonValueKind.Object } topic
            ? (topic.GetProperty("id").GetInt64(), topic.GetProperty("name").GetString())
            : (0, null),
        Order = ticket.GetProperty("custom_fields").TryGetProperty("order", out var order) ? order.GetString() : "",
        Email = ticket.GetProperty("requester").GetProperty("email").GetString()!,
        Name = ticket.GetProperty("requester").GetProperty("name").GetString()!,
        CreatedAt = ticket.GetProperty("created_at").GetDateTime(),
        UpdatedAt = ticket.GetProperty("updated_at").GetDateTime(),
        Precision = TimeSpan.FromSeconds(1),
        Messages = ticket.TryGetProperty("messages", out var messages)
            ? [.. from message in messages.EnumerateArray()
                  where message.GetProperty("kind").GetString() == "message"
                  select (KindOf(message.GetProperty("author").GetProperty("kind").GetString()!), message.GetProperty("body_md").GetString()!)]
            : null,
    };

    private static ActorKind KindOf(string kind) => kind switch
    {
        "agent" => ActorKind.Agent,
        "requester" => ActorKind.Requester,
        "system" => ActorKind.System,
        _ => ActorKind.Api,
    };
}
