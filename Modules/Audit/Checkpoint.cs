namespace Helpdesk.Audit;

/// <summary>A place in a tenant's chain, signed by the server. Whoever keeps one elsewhere can tell whether the log up to it was changed.</summary>
/// <param name="TenantId">The tenant whose chain it is.</param>
/// <param name="Number">Counts the tenant's checkpoints from 1, without gaps.</param>
/// <param name="Seq">The last number of the seal that it signs.</param>
/// <param name="Hash">The hash of that seal.</param>
/// <param name="BeforeId">Events with smaller ids may have been dropped by retention; 0 while none may.</param>
/// <param name="At">When it was signed, to the millisecond.</param>
/// <param name="KeyId">Names the key.</param>
/// <param name="Signature">ECDSA with SHA-256 over <see cref="Signed"/>, in DER.</param>
internal sealed record Checkpoint(
    long TenantId, int Number, long Seq, byte[] Hash, long BeforeId, DateTime At, string KeyId, byte[] Signature)
{
    /// <summary>The bytes that are signed.</summary>
    public byte[] Signed() => Canonical.Bytes(
        "helpdesk-audit-checkpoint-1", Canonical.Number(TenantId), Canonical.Number(Number), Canonical.Number(Seq),
        Convert.ToHexStringLower(Hash), Canonical.Number(BeforeId), Canonical.Time(At), KeyId);

    /// <summary>As it is shown.</summary>
    public AuditCheckpointView View() => new(
        TenantId, Number, Seq, Convert.ToHexStringLower(Hash), BeforeId, At, KeyId, Convert.ToBase64String(Signature));

    /// <summary>As it was shown.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static Checkpoint Of(AuditCheckpointView view) => new(
        view.TenantId, view.Number, view.Seq, Convert.FromHexString(view.Hash), view.BeforeId, view.At, view.KeyId,
        Convert.FromBase64String(view.Signature));
}

/// <summary>A signed place in the audit log, to be kept where nobody can change it together with the log.</summary>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Number">Counts the tenant's checkpoints from 1, without gaps.</param>
/// <param name="Seq">The number in the feed up to which it vouches.</param>
/// <param name="Hash">The seal of everything up to there, in hexadecimal.</param>
/// <param name="BeforeId">Events with smaller ids may have been dropped by retention; 0 while none may.</param>
/// <param name="At">When it was signed.</param>
/// <param name="KeyId">Names the key that signed it.</param>
/// <param name="Signature">ECDSA on P-256 with SHA-256, DER in base 64.</param>
public sealed record AuditCheckpointView(
    long TenantId, int Number, long Seq, string Hash, long BeforeId,
    [property: System.Text.Json.Serialization.JsonConverter(typeof(MillisecondTime))] DateTime At, string KeyId, string Signature);
