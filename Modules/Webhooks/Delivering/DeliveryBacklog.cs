using Dapper;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>The deliveries that wait, for the operator's gauges. Their age counts from when an attempt was due.</summary>
internal sealed class DeliveryBacklog(Database database) : IWaitingWork
{
    // Counting further tells an operator nothing new.
    private const int Most = 100_000;

    private const string ReadSql = "select depth, age from webhooks.delivery_backlog(@Most)";

    public string Name => "webhooks";

    public async Task<WaitingWork> ReadAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var (depth, age) = await connection.QuerySingleAsync<(long, double)>(
            new CommandDefinition(ReadSql, new { Most }, cancellationToken: ct));
        return new(depth, age);
    }
}
