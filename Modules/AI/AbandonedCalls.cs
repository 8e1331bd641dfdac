using System.Data.Common;
using Dapper;
using Npgsql;

namespace Helpdesk.AI;

/// <summary>Settles calls whose process died: at their worst price, which was taken before them, with the event that they lack.</summary>
internal sealed class AbandonedCalls(Database database, ITenantDirectory tenants, Ids ids, SealerSignal sealer) : ITidying
{
    // No hook lives for so long, waits for the database included.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private const string FindSql = "select tenant_id, id, ticket_id, feature, model, cost_micros, is_test from ai.abandoned(@Before)";

    public async Task TidyAsync(DbConnection connection, DateTime now, CancellationToken ct)
    {
        foreach (var call in await connection.QueryAsync<Abandoned>(new CommandDefinition(FindSql, new { Before = now - Longest }, cancellationToken: ct)))
        {
            // A disabled tenant's calls wait until it is enabled. Where another process is at it, that one does the rest as well.
            if (await tenants.FindAsync(call.TenantId, ct) is { } tenant && !await SettleAsync(call, tenant, ct))
                return;
        }
    }

    private async Task<bool> SettleAsync(Abandoned call, Tenant tenant, CancellationToken ct)
    {
        var context = new RequestContext();
        context.Become(tenant, Caller.Server with { IsTest = call.IsTest });
        var db = new TenantDb(database, context);
        new CallWriter(db, context, new EventLog(db, context, ids, sealer), ids, TimeProvider.System)
            .Abandon(call.Id, call.TicketId, call.Feature, call.Model, call.CostMicros);
        try
        {
            await db.WriteOutAsync(ct);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.SerializationFailure)
        {
            return false;
        }
    }

    private sealed record Abandoned(long TenantId, long Id, long? TicketId, string Feature, string Model, long CostMicros, bool IsTest);
}
