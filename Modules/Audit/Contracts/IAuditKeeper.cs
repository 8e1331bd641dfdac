namespace Helpdesk.Audit.Contracts;

/// <summary>What an operator does with audit logs, tenant by tenant. Nothing here is limited in time or size.</summary>
public interface IAuditKeeper
{
    /// <summary>Verifies the whole log of a tenant.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="kept">Checkpoints that were kept elsewhere; those of other tenants are passed over.</param>
    /// <param name="ct">Stops it.</param>
    Task<AuditVerification> VerifyAsync(Tenant tenant, IReadOnlyList<AuditCheckpointView> kept, CancellationToken ct);

    /// <summary>Signs how far the log has come; null when nothing is sealed yet, or no key is set.</summary>
    Task<AuditCheckpointView?> SignAsync(Tenant tenant, CancellationToken ct);

    /// <summary>Writes everything that is sealed, with seals and checkpoints, one JSON object a line. Answers how many events.</summary>
    Task<long> ExportAsync(Tenant tenant, TextWriter to, CancellationToken ct);

    /// <summary>Deletes what pointed to events that retention lets go of: their numbers, their published form, their hashes.</summary>
    Task ForgetAsync(Tenant tenant, CancellationToken ct);

    /// <summary>The public keys, PEM: they verify checkpoints and exports anywhere.</summary>
    string PublicKeys();
}
