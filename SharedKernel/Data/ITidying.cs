namespace Helpdesk.SharedKernel.Data;

/// <summary>Forgets what a module no longer needs. Run about once an hour by every process, so it must bear to run twice.</summary>
public interface ITidying
{
    /// <summary>Forgets it, for all tenants.</summary>
    Task TidyAsync(System.Data.Common.DbConnection connection, DateTime now, CancellationToken ct);
}
