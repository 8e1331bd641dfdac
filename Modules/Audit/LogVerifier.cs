namespace Helpdesk.Audit;

/// <summary>A place of the chain that somebody kept: the end of a seal and its hash.</summary>
internal readonly record struct KeptPlace(long Seq, byte[] Hash, string Name);

/// <summary>Compares a tenant's log with its seals and checkpoints, and names the first thing that differs.</summary>
internal sealed class LogVerifier(LogReader log, SigningKeys keys)
{
    // Enough for one read; a run is at most as long as what a consumer gets at once, unless the feed was tampered with.
    private const int EventsInStep = 5000;

    /// <summary>Verifies from a number on.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="fromSeq">Where to begin; 1 for the whole.</param>
    /// <param name="most">After so many events it stops and says where to go on.</param>
    /// <param name="kept">Places that were kept outside of the database.</param>
    /// <param name="ct">Stops the reading.</param>
    public async Task<AuditVerification> VerifyAsync(
        long tenantId, long fromSeq, long most, IReadOnlyList<KeptPlace> kept, CancellationToken ct)
    {
        var run = await BeginAsync(tenantId, fromSeq, ct);
        var fault = run.Fault;
        while (fault is null && run.Chain.Events < most)
        {
            var seals = Step(await log.SealsAsync(tenantId, (run.Chain.Last?.LastSeq ?? 0) + 1, ct));
            if (seals.Count == 0)
            {
                fault = await CheckEndAsync(run, ct);
                run.IsAtEnd = true;
                break;
            }

            fault = await CheckStepAsync(run, seals, ct);
        }

        fault ??= await CheckKeptAsync(tenantId, kept, ct);
        var last = run.Chain.Last?.LastSeq ?? 0;
        return new AuditVerification(
            fault is null, fault, run.From, Math.Max(last, run.From - 1), run.Chain.Events, run.Chain.Seals, run.Checkpoints.Count, run.Unsealed,
            fault is null && !run.IsAtEnd ? last + 1 : null, (await log.LastCheckpointAsync(tenantId, last, ct))?.View());
    }

    private async Task<Run> BeginAsync(long tenantId, long fromSeq, CancellationToken ct)
    {
        var boundary = await log.BoundaryAsync(tenantId, ct);
        var fault = boundary is { BeforeId: > 0 } && keys.WhyNotTrust(boundary) is { } reason
            ? new AuditFault(AuditFaultKind.CheckpointChanged, boundary.Seq, null, $"Checkpoint {boundary.Number} {reason}.")
            : null;
        // A run is looked at as a whole, so it begins where the one with the number begins.
        var previous = fromSeq > 1 ? await log.SealAtAsync(tenantId, fromSeq - 1, ct) : null;
        if (previous is not null && previous.LastSeq >= fromSeq)
            previous = previous.FirstSeq > 1 ? await log.SealAtAsync(tenantId, previous.FirstSeq - 1, ct) : null;
        var before = previous is null ? null : await log.LastCheckpointAsync(tenantId, previous.LastSeq, ct);
        return new Run(
            tenantId, boundary?.BeforeId ?? 0, (previous?.LastSeq ?? 0) + 1, new ChainCheck(tenantId, boundary?.BeforeId ?? 0, previous),
            new CheckpointCheck(keys, before?.Number ?? 0), fault);
    }

    private static List<Seal> Step(List<Seal> seals)
    {
        var events = 0L;
        return [.. seals.TakeWhile((seal, at) => at == 0 | (events += seal.LastSeq - seal.FirstSeq + 1) <= EventsInStep)];
    }

    private async Task<AuditFault?> CheckStepAsync(Run run, List<Seal> seals, CancellationToken ct)
    {
        var before = run.Chain.Last;
        var sound = new List<Seal>();
        AuditFault? sealFault = null;
        foreach (var seal in seals)
        {
            if ((sealFault = run.Chain.Check(seal)) is not null)
                break;
            sound.Add(seal);
        }

        // Events before the broken link come first: the first thing that is wrong is what is asked for.
        var fault = sound.Count == 0 ? null : await CheckEventsAsync(run, before, sound, ct) ?? await CheckCheckpointsAsync(run, before, sound, ct);
        return fault ?? sealFault;
    }

    private async Task<AuditFault?> CheckEventsAsync(Run run, Seal? before, List<Seal> seals, CancellationToken ct)
    {
        var ids = seals.Where(seal => seal.Members is not null)
            .SelectMany(seal => Enumerable.Range(0, (int)(seal.LastSeq - seal.FirstSeq) + 1).Select(seal.IdAt)).ToArray();
        if (ids.Length == 0)
            return null;
        var (feed, events) = await log.RunAsync(run.TenantId, seals[0].FirstSeq, seals[^1].LastSeq, ids, ct);
        var (numbers, rows) = (feed.ToDictionary(row => row.Seq, row => row.EventId), events.ToDictionary(row => row.Id));
        foreach (var seal in seals)
        {
            if (run.Chain.CheckEvents(seal, numbers, rows) is { } fault)
                return fault;
        }

        return await StrangerAsync(run, before?.NewestId ?? 0, seals[^1].NewestId, ids, seals[^1].LastSeq, ct);
    }

    private async Task<AuditFault?> StrangerAsync(Run run, long after, long upTo, long[] known, long afterSeq, CancellationToken ct) =>
        await log.StrangerAsync(run.TenantId, Math.Max(after, run.BeforeId - 1), upTo, known, afterSeq, ct) is { } stranger
            ? new(AuditFaultKind.EventInserted, afterSeq, stranger, $"Event {stranger} was inserted: the server never numbered it.")
            : null;

    private async Task<AuditFault?> CheckCheckpointsAsync(Run run, Seal? before, List<Seal> seals, CancellationToken ct)
    {
        var hashes = seals.ToDictionary(seal => seal.LastSeq, seal => seal.Hash);
        foreach (var checkpoint in await log.CheckpointsAsync(run.TenantId, before?.LastSeq ?? 0, seals[^1].LastSeq, ct))
        {
            if (run.Checkpoints.Check(checkpoint, hashes.GetValueOrDefault(checkpoint.Seq)) is { } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Behind the last link there may be only what is to be sealed yet.</summary>
    private async Task<AuditFault?> CheckEndAsync(Run run, CancellationToken ct)
    {
        // The server goes on meanwhile. Read in this order, what it adds can only make the later ones come further.
        var last = run.Chain.Last;
        var lastSeq = last?.LastSeq ?? 0;
        var signed = await log.CheckpointsAsync(run.TenantId, lastSeq, long.MaxValue, ct);
        var head = (await log.HeadAsync(run.TenantId, ct))?.LastSeq ?? 0;
        var places = await log.PlacesAsync(run.TenantId, ct);
        run.Unsealed = Math.Max(0, places.Numbered - head);
        if (signed.Find(checkpoint => checkpoint.Seq > head) is { } beyond)
            return new(AuditFaultKind.CutOff, head + 1, null, $"The log ends at {head}, and checkpoint {beyond.Number} vouches for it up to {beyond.Seq}.");
        if (places.Numbered < head)
            return new(AuditFaultKind.CutOff, places.Numbered + 1, null, $"The feed ends at {places.Numbered}, and it is sealed up to {head}.");
        return await StrangerAsync(run, last?.NewestId ?? 0, long.MaxValue, [], lastSeq, ct)
            ?? await SealsGoneAsync(run, head, places.Read, ct);
    }

    /// <summary>The sealer notes its place only after it has sealed, so it can never have come further than the seals.</summary>
    private async Task<AuditFault?> SealsGoneAsync(Run run, long head, long read, CancellationToken ct)
    {
        if (read <= head || ((await log.HeadAsync(run.TenantId, ct))?.LastSeq ?? 0) >= read)
            return null;
        return new(AuditFaultKind.SealRemoved, head + 1, null, $"The seals after {head} are gone: it was sealed up to {read}.");
    }

    private async Task<AuditFault?> CheckKeptAsync(long tenantId, IReadOnlyList<KeptPlace> kept, CancellationToken ct)
    {
        foreach (var place in kept.OrderBy(place => place.Seq))
        {
            var seal = await log.SealAtAsync(tenantId, place.Seq, ct);
            if (seal is null || seal.LastSeq < place.Seq)
                return new(AuditFaultKind.CutOff, (seal?.LastSeq ?? 0) + 1, null, $"The log ends at {seal?.LastSeq ?? 0}, and {place.Name} vouches for it up to {place.Seq}.");
            if (seal.LastSeq != place.Seq || !seal.Hash.AsSpan().SequenceEqual(place.Hash))
                return CheckpointCheck.Differs(place.Seq, place.Name);
        }

        return null;
    }

    private sealed record Run(long TenantId, long BeforeId, long From, ChainCheck Chain, CheckpointCheck Checkpoints, AuditFault? Fault)
    {
        public long Unsealed { get; set; }

        public bool IsAtEnd { get; set; }
    }
}
