using System.Buffers;
using System.Text;
using System.Text.Json;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>How the events of tickets are told outside (mobieus 7). Internal notes are not.</summary>
internal sealed class PublishedTickets(TicketLookup lookup, IDeskCatalog desks, ITagCatalog tags) : IPublishedEvents
{
    public IReadOnlyCollection<string> Types { get; } =
        ["ticket.created", "ticket.updated", "ticket.replied", "ticket.status_changed", "ticket.assigned", "ticket.sla_breached"];

    public async Task<IReadOnlyDictionary<long, string>> DescribeAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var found = await lookup.ReadAndLeaveAsync(
            tenantId, [.. events.Select(happened => happened.TicketId ?? 0).Distinct()], [.. events.Select(MessageOf).OfType<long>()], ct);
        var messages = found.Messages.Where(message => !message.IsInternal).ToDictionary(message => message.Id);
        var (desk, tagSet) = (await desks.GetAsync(tenantId), await tags.GetAsync(tenantId));
        var views = found.Tickets.ToDictionary(pair => pair.Ticket.Id, pair => TicketView.Of(pair.Ticket, pair.Requester, desk, tagSet));

        var data = new Dictionary<long, string>();
        foreach (var happened in events)
        {
            var message = MessageOf(happened) is { } messageId ? messages.GetValueOrDefault(messageId) : null;
            if (views.TryGetValue(happened.TicketId ?? 0, out var view) && (happened.EventKey != "ticket.replied" || message is not null))
                data[happened.Id] = Describe(happened, view, message, desk);
        }

        return data;
    }

    private static string Describe(FeedEvent happened, TicketView ticket, MessageView? message, DeskSetup desk)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder }))
        {
            json.WriteStartObject();
            Write(json, "ticket", ticket);
            if (happened.EventKey == "ticket.replied")
                Write(json, "message", message);
            WriteChanges(json, happened, desk);
            Write(json, "actor", new EventActor((ActorKind)happened.ActorKind, happened.ActorId, happened.ActorLabel));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteChanges(Utf8JsonWriter json, FeedEvent happened, DeskSetup desk)
    {
        var changes = happened.Changes is null ? default : JsonDocument.Parse(happened.Changes).RootElement;
        switch (happened.EventKey)
        {
            case "ticket.status_changed":
                var status = changes.GetProperty("status");
                Write(json, "from", StatusOf(status.GetProperty("from"), desk));
                Write(json, "to", StatusOf(status.GetProperty("to"), desk));
                break;
            case "ticket.assigned":
                Write(json, "from", changes.GetProperty("assignee_id").GetProperty("from"));
                Write(json, "to", changes.GetProperty("assignee_id").GetProperty("to"));
                break;
            case "ticket.updated":
                Write(json, "changes", new RawJson(happened.Changes ?? "{}"));
                break;
            case "ticket.sla_breached":
                if (happened.Payload is { } payload && JsonDocument.Parse(payload).RootElement.TryGetProperty("clock", out var clock))
                    Write(json, "clock", clock);
                break;
        }
    }

    /// <summary>The log has the key of the tenant's own status; programs know the six of the API.</summary>
    private static TicketStatus? StatusOf(JsonElement key, DeskSetup desk) =>
        desk.Statuses.FirstOrDefault(status => status.Key == key.GetString())?.Category.ToTicketStatus();

    private static long? MessageOf(FeedEvent happened) =>
        happened is { EventKey: "ticket.replied", Payload: { } payload } ? JsonDocument.Parse(payload).RootElement.GetProperty("message_id").GetInt64() : null;

    private static void Write<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, WireJson.Options);
    }

    private sealed record EventActor(ActorKind Kind, long Id, string Name);
}
