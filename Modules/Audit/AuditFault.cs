namespace Helpdesk.Audit;

/// <summary>What somebody did to the log.</summary>
public enum AuditFaultKind
{
    /// <summary>The event says something else than when it was sealed.</summary>
    EventChanged,

    /// <summary>The event is gone.</summary>
    EventRemoved,

    /// <summary>The event was never made by the server: it has no number and waits for none.</summary>
    EventInserted,

    /// <summary>The event has another number in the feed, or none, than when it was sealed.</summary>
    EventMoved,

    /// <summary>The seal says something else than when it was made, or does not follow from the one before.</summary>
    SealChanged,

    /// <summary>There is no seal for a number, although later ones are sealed or this one was.</summary>
    SealRemoved,

    /// <summary>The log ends before a place that it had reached.</summary>
    CutOff,

    /// <summary>The checkpoint says something else than when it was signed, or is not signed by a trusted key.</summary>
    CheckpointChanged,

    /// <summary>A checkpoint is missing between others.</summary>
    CheckpointRemoved,
}

/// <summary>The first thing that is wrong with the log.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Seq">The number in the feed at which it shows.</param>
/// <param name="EventId">The event, where it is one.</param>
/// <param name="Message">The same in a sentence.</param>
public sealed record AuditFault(AuditFaultKind Kind, long Seq, long? EventId, string Message);

/// <summary>What a verification found.</summary>
/// <param name="Intact">Whether everything that was looked at is as it was sealed.</param>
/// <param name="FirstFault">The first thing that is not.</param>
/// <param name="FromSeq">The first number that was looked at.</param>
/// <param name="ToSeq">The last number that was looked at.</param>
/// <param name="Events">How many events were compared with their seals; those that retention has dropped are not among them.</param>
/// <param name="Seals">How many seals were computed anew.</param>
/// <param name="Checkpoints">How many signatures were checked.</param>
/// <param name="Unsealed">How many numbered events wait for their seal; more than a few for long means that no server works in the background.</param>
/// <param name="NextSeq">Where to go on, when there is more than one call looks at; null at the end.</param>
/// <param name="Checkpoint">The last checkpoint up to here. Keep it elsewhere, and bring it along the next time.</param>
public sealed record AuditVerification(
    bool Intact, AuditFault? FirstFault, long FromSeq, long ToSeq, long Events, long Seals, long Checkpoints, long Unsealed, long? NextSeq,
    AuditCheckpointView? Checkpoint);
