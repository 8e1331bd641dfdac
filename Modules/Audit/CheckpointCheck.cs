namespace Helpdesk.Audit;

/// <summary>Holds a tenant's checkpoints against its chain, in the order of their numbers.</summary>
/// <param name="keys">The keys to believe.</param>
/// <param name="lastNumber">The number of the checkpoint before the first; null when it is not known.</param>
internal sealed class CheckpointCheck(SigningKeys keys, int? lastNumber)
{
    private int? _last = lastNumber;

    /// <summary>Signatures that were found right.</summary>
    public long Count { get; private set; }

    /// <summary>Checks number, signature and the seal that it signs.</summary>
    /// <param name="checkpoint">The next checkpoint.</param>
    /// <param name="sealHash">The hash of the link that ends at its number; null when there is no such link.</param>
    public AuditFault? Check(Checkpoint checkpoint, byte[]? sealHash)
    {
        if (_last is { } last && checkpoint.Number != last + 1)
            return new(AuditFaultKind.CheckpointRemoved, checkpoint.Seq, null, $"Checkpoint {last + 1} is missing.");
        _last = checkpoint.Number;
        return Match(checkpoint, sealHash);
    }

    /// <summary>Checks signature and seal of a checkpoint by itself, such as one that was kept elsewhere.</summary>
    public AuditFault? Match(Checkpoint checkpoint, byte[]? sealHash)
    {
        if (keys.WhyNotTrust(checkpoint) is { } reason)
            return new(AuditFaultKind.CheckpointChanged, checkpoint.Seq, null, $"Checkpoint {checkpoint.Number} {reason}.");
        Count++;
        return sealHash is not null && checkpoint.Hash.AsSpan().SequenceEqual(sealHash)
            ? null
            : Differs(checkpoint.Seq, $"checkpoint {checkpoint.Number}");
    }

    /// <summary>What it means when a kept place does not fit.</summary>
    public static AuditFault Differs(long seq, string what) =>
        new(AuditFaultKind.SealChanged, seq, null, $"The log up to {seq} is not the one that {what} vouches for.");
}
