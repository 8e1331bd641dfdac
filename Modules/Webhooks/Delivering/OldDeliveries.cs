using System.Data.Common;
using Dapper;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>Forgets deliveries that were made 30 days ago and are done with, and the attempts at them.</summary>
internal sealed class OldDeliveries : ITidying
{
    // Of one transaction: a day's worth at once would hold its locks and its snapshot for long.
    private const int Most = 10_000;

    private const string ForgetSql = "select webhooks.forget(@Before, @Most)";

    public async Task TidyAsync(DbConnection connection, DateTime now, CancellationToken ct)
    {
        var command = new CommandDefinition(ForgetSql, new { Before = now.AddDays(-30), Most }, cancellationToken: ct);
        while (await connection.ExecuteScalarAsync<long>(command) == Most)
        {
        }
    }
}
