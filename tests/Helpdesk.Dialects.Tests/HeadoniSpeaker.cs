using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Dialects.Tests;

/// <summary>Writes and reads through Headoni, which opens tickets and does nothing else to them.</summary>
internal sealed class HeadoniSpeaker(HeadoniClient client) : IWriter, IReader
{
    private static readonly string[] Priorities = ["urgent", "high", "normal", "low"];

    public int LongestSubject => 500;

    public bool TakesFields => false;

    public bool FilesEverything => true;

    public bool IsForRequesters => true;

    public async Task<long> OpenAsync(Story story)
    {
        var body = new JsonObject { ["email"] = story.Email, ["subject"] = story.Subject, ["body"] = story.Body };
        if (story.Name is not null)
            body["name"] = story.Name;
        if (story.Priority is { } priority)
            body["priority"] = Priorities[priority - 1];
        if (story.QueueId is { } queueId)
            body["departmentId"] = $"{queueId}";
        if (story.TopicId is { } topicId)
            body["ticketTypeId"] = $"{topicId}";
        return IdOf((await client.SendAsync(HttpMethod.Post, "tickets", body.ToJsonString())).Created());
    }

    public Task<bool> TryAsync(long ticketId, Step step) => Task.FromResult(false);

    public async Task<(Seen Ticket, string Answer)?> ReadAsync(long ticketId)
    {
        var reply = await client.GetAsync($"tickets/{ticketId}");
        return reply.Status == 404 ? null : (SeenOf(reply.Ok().GetProperty("ticket")), reply.Text);
    }

    public async Task<(IReadOnlyList<Seen> Tickets, string Answer)> ListAsync()
    {
        var reply = await client.GetAsync("tickets?limit=5");
        return ([.. reply.Ok().GetProperty("tickets").EnumerateArray().Select(SeenOf)], reply.Text);
    }

    private static Seen SeenOf(JsonElement ticket)
    {
        var status = ticket.GetProperty("status");
        var isDetail = ticket.TryGetProperty("messages", out var messages);
        return new()
        {
            Id = IdOf(ticket),
            Number = ticket.GetProperty("number").GetInt32(),
            Subject = ticket.GetProperty("subject").GetString()!,
            Priority = Array.IndexOf(Priorities, ticket.GetProperty("priority").GetString()) + 1,
            Categories = status.GetProperty("internalType").GetString() switch
            {
                "open" => [StatusCategory.New, StatusCategory.Open],
                "awaiting_reply" => [StatusCategory.Pending, StatusCategory.OnHold],
                "resolved" => [StatusCategory.Resolved],
                "closed" => [StatusCategory.Closed, StatusCategory.Merged],
                _ => [],
            },
            Status = (IdOf(status), status.GetProperty("label").GetString()!),
            Queue = isDetail ? (IdOf(ticket.GetProperty("department")), ticket.GetProperty("department").GetProperty("name").GetString()!) : null,
            Topic = !isDetail ? null
                : ticket.GetProperty("ticketType") is { ValueKind: JsonValueKind.Object } type ? (IdOf(type), type.GetProperty("name").GetString())
                : (0, null),
            Email = ticket.GetProperty("requester").GetProperty("email").GetString()!,
            Name = ticket.GetProperty("requester").GetProperty("name").GetString()!,
            CreatedAt = ticket.GetProperty("createdAt").GetDateTime(),
            UpdatedAt = ticket.GetProperty("updatedAt").GetDateTime(),
            Precision = TimeSpan.FromMilliseconds(1),
            Messages = isDetail
                ? [.. messages.EnumerateArray().Select(message => (KindOf(message.GetProperty("authorKind").GetString()!), message.GetProperty("bodyMd").GetString()!))]
                : null,
        };
    }

    private static long IdOf(JsonElement thing) => long.Parse(thing.GetProperty("id").GetString()!, CultureInfo.InvariantCulture);

    private static ActorKind KindOf(string kind) => kind switch
    {
        "agent" => ActorKind.Agent,
        "end_user" => ActorKind.Requester,
        "system" => ActorKind.System,
        _ => ActorKind.Api,
    };
}
