using Helpdesk.Access;
using Helpdesk.Canned;
using Helpdesk.Desk;
using Helpdesk.Desk.Contracts;
using Helpdesk.Host.Operation;
using Helpdesk.Tags;
using Helpdesk.Tickets;

namespace Helpdesk.Host.Demo;

/// <summary>The desk of the tenant <c>acme</c>, a small maker of lamps, for a first look around.</summary>
internal static class DemoDesk
{
    public const string Slug = "acme";

    /// <summary>Makes the desk in an installation that has no tenant yet; answers the text of its API key, or null when there was one.</summary>
    public static async Task<string?> EnsureAsync(Deployment deployment, CancellationToken ct)
    {
        if (await deployment.HasTenantsAsync(ct))
            return null;
        await using var session = await OperatorSession.OpenAsync(deployment, ct);
        var tenant = session.NewTenant(Slug, "Acme Lamps", "pro");
        await session.SendAsync(tenant, new CreateTenant(Slug, tenant.Name, tenant.Plan), ct);
        var (billing, shipping) = await AddQueuesAsync(session, tenant, ct);
        await AddTagsAndTemplatesAsync(session, tenant, ct);
        foreach (var story in DemoTickets.All)
            await PlayAsync(session, tenant, story, story.Queue switch { "billing" => billing, "shipping" => shipping, _ => null }, ct);

        var request = new MintKey("demo", ["helpdesk:read", "helpdesk:write", "helpdesk:admin"], "live", "mobieus", "Dana Demo", "dana@acme.example", null, null, null);
        return (await session.SendAsync(tenant, request, ct)).Token;
    }

    private static async Task<(long Billing, long Shipping)> AddQueuesAsync(OperatorSession session, Tenant tenant, CancellationToken ct)
    {
        var billing = await session.SendAsync(tenant, new AddQueue("billing", "Billing", "Invoices, refunds, payment.", AssignmentPolicy.RoundRobin, 20), ct);
        var shipping = await session.SendAsync(tenant, new AddQueue("shipping", "Shipping", "Parcels on their way, and those that are not.", AssignmentPolicy.FewestOpen, 30), ct);
        await session.SendAsync(tenant, new AddAgent("Ada Okafor", "ada@acme.example", "lead", [billing.Id, shipping.Id]), ct);
        await session.SendAsync(tenant, new AddAgent("Ben Lindqvist", "ben@acme.example", "agent", [billing.Id]), ct);
        await session.SendAsync(tenant, new AddAgent("Chiara Rossi", "chiara@acme.example", "agent", [shipping.Id]), ct);
        await session.SendAsync(tenant, new AddHelpTopic("refund", "Refund", billing.Id, (int)Priority.High, 10,
            [new CustomField("order_number", "Order number", CustomFieldType.Text, true, null)]), ct);
        await session.SendAsync(tenant, new AddHelpTopic("damaged", "Damaged on arrival", shipping.Id, null, 20,
            [new CustomField("damage", "What is damaged", CustomFieldType.Select, false, ["shade", "base", "cable", "box only"])]), ct);
        return (billing.Id, shipping.Id);
    }

    private static async Task AddTagsAndTemplatesAsync(OperatorSession session, Tenant tenant, CancellationToken ct)
    {
        await session.SendAsync(tenant, new CreateTag("refund", "Refund", "#dc2626"), ct);
        await session.SendAsync(tenant, new CreateTag("vip", "VIP", "#7c3aed"), ct);
        await session.SendAsync(tenant, new CreateTag("defect", "Defect", "#d97706"), ct);
        await session.SendAsync(tenant, new CreateCannedResponse("on-its-way", "On its way",
            "Hello {{requester.first_name}},\n\nyour parcel has left our house. You find every step under {{ticket.reference}}.\n\n{{agent.name}}, {{tenant.name}}",
            null, true, 10), ct);
        await session.SendAsync(tenant, new CreateCannedResponse("refund-done", "Refund done",
            "Hello {{requester.first_name}},\n\nthe refund is on its way back to the card you paid with; banks take up to five days.", null, true, 20), ct);
    }

    private static async Task PlayAsync(OperatorSession session, Tenant tenant, DemoTicket story, long? queueId, CancellationToken ct)
    {
        var ticket = await session.SendAsync(tenant, new CreateTicket(
            story.Subject, story.Body, null, new RequesterInput(story.Email, story.Name), null, null, queueId, story.Priority, null, story.Tags,
            null, story.Source), ct);
        var reference = ticket.Reference.ToString();
        foreach (var (writer, text) in story.Replies)
        {
            var agentId = writer == 'a' ? ticket.Assignee?.Id : null;
            await session.SendAsync(tenant, new ReplyToTicket(
                reference, text, null, null, writer == 'n', writer == 'r' ? ReplyAs.Requester : ReplyAs.Agent, agentId, null), ct);
        }

        if (story.Ends is { } status)
            await session.SendAsync(tenant, new ChangeStatus(reference, status, null), ct);
    }
}
