using System.Data.Common;
using Dapper;

namespace Helpdesk.Notifications;

/// <summary>Forgets mail that was sent a month ago, and mail that was given up and notifications in the product after three months.</summary>
internal sealed class OldNotifications : ITidying
{
    private const string ForgetSql = "select notifications.forget(@SentBefore, @AllBefore)";

    public Task TidyAsync(DbConnection connection, DateTime now, CancellationToken ct) => connection.ExecuteAsync(new CommandDefinition(
        ForgetSql, new { SentBefore = now.AddDays(-30), AllBefore = now.AddDays(-90) }, cancellationToken: ct));
}
