namespace Helpdesk.Audit.Contracts;

/// <summary>The audit log, as other modules may read it, in the caller's tenant and environment.</summary>
public interface IAuditReader
{
    /// <summary>The most events that <see cref="LastAsync"/> answers.</summary>
    const int Most = 200;

    /// <summary>The last 200 events, newest first.</summary>
    Task<IReadOnlyList<AuditEventView>> LastAsync(CancellationToken ct);
}
