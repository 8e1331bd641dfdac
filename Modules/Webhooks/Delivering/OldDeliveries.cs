using System.Data.Common;
using Dapper;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>Forgets deliveries that were made 30 days ago and are done with, and the attempts at them.</summary>
internal sealed class OldDeliveries : ITidying
{
    private const string ForgetSql = "select webhooks.forget(@Before)";

    public Task TidyAsync(DbConnection connection, DateTime now, CancellationToken ct) => connection.ExecuteAsync(new CommandDefinition(
        ForgetSql, new { Before = now.AddDays(-30) }, cancellationToken: ct));
}
