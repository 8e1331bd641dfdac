using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Audit.Tests;

/// <summary>Knows the code and may change every row; has all but the key.</summary>
internal static class Forger
{
    /// <summary>Makes new seals over what the log says now, and puts them in place of the old ones.</summary>
    public static async Task SealAnewAsync(HelpdeskApp app, TestTenant tenant)
    {
        await using var database = new Database(app.ServerConnectionString, new DatabaseOptions { PoolSize = 2 });
        var log = new LogReader(database);
        Seal? last = null;
        foreach (var seal in await log.SealsAsync(tenant.Id, 1, CancellationToken.None))
        {
            var (feed, events) = await log.RunAsync(tenant.Id, seal.FirstSeq, seal.LastSeq, CancellationToken.None);
            var rows = events.ToDictionary(row => row.Id);
            last = Seal.Of(tenant.Id, last, seal.FirstSeq, [.. feed.OrderBy(row => row.Seq).Select(row => (row.EventId, rows.GetValueOrDefault(row.EventId)))], seal.At);
            await app.OwnerSqlAsync("""
                update audit.seal set members = @Members, root = @Root, hash = @Hash, newest_id = @NewestId where tenant_id = @Id and first_seq = @FirstSeq
                """, new { tenant.Id, last.FirstSeq, last.Members, last.Root, last.Hash, last.NewestId });
        }
    }
}
