using Dapper;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.Notifications;

/// <summary>The mail that waits, for the operator's gauges.</summary>
internal sealed class MailBacklog(Database database) : IWaitingWork
{
    // Counting further tells an operator nothing new.
    private const int Most = 100_000;

    private const string ReadSql = "select depth, age from notifications.mail_backlog(@Most)";

    public string Name => "mail";

    public async Task<WaitingWork> ReadAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var (depth, age) = await connection.QuerySingleAsync<(long, double)>(
            new CommandDefinition(ReadSql, new { Most }, cancellationToken: ct));
        return new(depth, age);
    }
}
