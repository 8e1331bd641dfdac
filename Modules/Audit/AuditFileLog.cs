using System.Text.Json;

namespace Helpdesk.Audit;

/// <summary>One tenant's log in a file, checked line by line as it is read.</summary>
internal sealed class AuditFileLog
{
    private readonly SigningKeys _keys;
    private readonly long _tenantId;
    private readonly ChainCheck _chain;
    private readonly CheckpointCheck _checkpoints;
    private readonly Dictionary<long, byte[]> _ends = [];
    private readonly Dictionary<long, LogRow> _rows = [];
    private readonly List<AuditCheckpointView> _kept;
    private readonly long _beforeId;
    private long _signedBeforeId;
    private AuditCheckpointView? _last;
    private Seal? _open;
    private AuditFault? _fault;
    private bool _isComplete;

    public AuditFileLog(JsonElement header, SigningKeys keys, IReadOnlyList<AuditCheckpointView> kept)
    {
        (Tenant, _tenantId, _beforeId) = (AuditLine.Text(header, "tenant")!, AuditLine.Long(header, "tenant_id"), AuditLine.Long(header, "before_id"));
        if (AuditLine.Long(header, "format") != AuditLine.Format)
            throw new FormatException($"The log of {Tenant} has a format that this version does not know.");
        (_keys, _chain, _checkpoints) = (keys, new ChainCheck(_tenantId, _beforeId, null), new CheckpointCheck(keys, 0));
        _kept = [.. kept.Where(checkpoint => checkpoint.TenantId == _tenantId)];
    }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>Takes the next line. After the first fault nothing is looked at any more.</summary>
    public void Read(JsonElement line, int number)
    {
        try
        {
            switch (AuditLine.Text(line, "kind"))
            {
                case "seal":
                    Close();
                    _open = AuditLine.SealOf(line);
                    _fault ??= _chain.Check(_open);
                    _ends[_open.LastSeq] = _open.Hash;
                    break;
                case "event":
                    Take(AuditLine.Long(line, "seq"), AuditLine.EventOf(line));
                    break;
                case "checkpoint":
                    Close();
                    Take(AuditLine.CheckpointOf(line));
                    break;
                case "end":
                    Close();
                    _isComplete = true;
                    break;
                case var kind:
                    throw new FormatException($"Line {number} is a {kind}, which this version does not know.");
            }
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Line {number} lacks what it should have: {exception.Message}");
        }
    }

    /// <summary>What was found, after the last line.</summary>
    public AuditVerification End()
    {
        Close();
        var last = _chain.Last?.LastSeq ?? 0;
        if (!_isComplete)
            _fault ??= new(AuditFaultKind.CutOff, last + 1, null, $"The file ends after {last} without its last line.");
        if (_beforeId != _signedBeforeId)
            _fault ??= new(AuditFaultKind.CheckpointChanged, 1, null, "The file says that retention has dropped events, and no checkpoint has signed that.");
        foreach (var kept in _kept.OrderBy(kept => kept.Seq))
            _fault ??= Compare(Checkpoint.Of(kept), last);
        return new(_fault is null, _fault, 1, last, _chain.Events, _chain.Seals, _checkpoints.Count, 0, null, _last);
    }

    private void Take(long seq, LogRow row)
    {
        if (_open is null || seq < _open.FirstSeq || seq > _open.LastSeq || _open.Members is null || _open.IdAt((int)(seq - _open.FirstSeq)) != row.Id || !_rows.TryAdd(row.Id, row))
            _fault ??= new(AuditFaultKind.EventInserted, seq, row.Id, $"Event {row.Id} stands where no seal knows it.");
    }

    private void Take(Checkpoint checkpoint)
    {
        _fault ??= _checkpoints.Check(checkpoint, _ends.GetValueOrDefault(checkpoint.Seq));
        if (_fault is null && checkpoint.TenantId == _tenantId)
            (_signedBeforeId, _last) = (Math.Max(_signedBeforeId, checkpoint.BeforeId), checkpoint.View());
    }

    /// <summary>The events of a seal are complete when the next line is none of them.</summary>
    private void Close()
    {
        if (_open is { } seal)
            _fault ??= _chain.CheckEvents(seal, null, _rows);
        _open = null;
        _rows.Clear();
    }

    private AuditFault? Compare(Checkpoint kept, long last)
    {
        if (_keys.WhyNotTrust(kept) is { } reason)
            return new(AuditFaultKind.CheckpointChanged, kept.Seq, null, $"The kept checkpoint {kept.Number} {reason}.");
        if (kept.Seq > last)
            return new(AuditFaultKind.CutOff, last + 1, null, $"The log ends at {last}, and the kept checkpoint {kept.Number} vouches for it up to {kept.Seq}.");
        return _ends.TryGetValue(kept.Seq, out var hash) && kept.Hash.AsSpan().SequenceEqual(hash)
            ? null
            : CheckpointCheck.Differs(kept.Seq, $"the kept checkpoint {kept.Number}");
    }
}
