namespace Helpdesk.Desk;

/// <summary>The desk of the tenant as a file could tell it, inactive things included. Applied again, it changes nothing.</summary>
[Requires(Permission.Operate)]
public sealed record ExportDesk : IQuery<DeskEntries>;

internal sealed class ExportDeskHandler(TenantDb db) : IRequestHandler<ExportDesk, Result<DeskEntries>>
{
    public async Task<Result<DeskEntries>> Handle(ExportDesk request, CancellationToken cancellationToken)
    {
        var desk = await DeskCatalog.ReadAsync(db, cancellationToken);
        return new DeskEntries(
            [.. desk.Queues.Select(QueueEntry.Of)],
            [.. desk.Agents.Select(agent => AgentEntry.Of(agent, desk))],
            [.. desk.Topics.Select(topic => HelpTopicEntry.Of(topic, desk))],
            desk.BlockedSenders);
    }
}
