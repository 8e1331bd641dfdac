using System.Data.Common;
using Dapper;
using Npgsql;

namespace Helpdesk.AI;

/// <summary>Settles calls whose process died: at their worst price, which was taken before them, with the event that they lack.</summary>
internal sealed class AbandonedCalls(Database database, ITenantDirectory tenants, Ids ids, SealerSignal sealer) : ITidying
{
    // No hook lives for so long, waits for the database included.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private const string TenantsSql = "select id from ai.tenants_with_abandoned_calls(@Before, 100) as abandoned(id)";

    private const string CallsSql = """
        select u.id, u.ticket_id, u.feature, u.model, u.cost_micros, u.is_test from ai.feature_usage u
        where u.tenant_id = @TenantId and u.status = 'started' and u.created_at < @Before order by u.id limit 100
        """;

    public async Task TidyAsync(DbConnection connection, DateTime now, CancellationToken ct)
    {
        var before = now - Longest;
        foreach (var tenantId in await connection.QueryAsync<long>(new CommandDefinition(TenantsSql, new { Before = before }, cancellationToken: ct)))
        {
            // A disabled tenant's calls wait until it is enabled.
            if (await tenants.FindAsync(tenantId, ct) is not { } tenant)
                continue;
            foreach (var call in await TenantDb.For(database, tenantId).ListAsync<Abandoned>(CallsSql, new { TenantId = tenantId, Before = before }, ct))
            {
                // Where another process is at it, that one does the rest as well.
                if (!await SettleAsync(call, tenant, ct))
                    return;
            }
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

    private sealed record Abandoned(long Id, long? TicketId, string Feature, string Model, long CostMicros, bool IsTest);
}
