namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Makes row ids: 53-bit numbers, safe in a JSON number, ordered by the time they were made. From the top: 41 bits of milliseconds since
/// 2025-01-01 UTC (until 2094), 6 bits of node number, 6 bits counting within the millisecond.
/// </summary>
/// <remarks>
/// When more than 64 ids are wanted in a millisecond, or the clock steps back, it goes on from the last id, ahead of the clock.
/// </remarks>
public sealed class Ids(TimeProvider clock)
{
    internal const int NodeBits = 6;
    private const int SequenceBits = 6;

    /// <summary>The bits of an id below those of its time.</summary>
    internal const int ExtraBits = NodeBits + SequenceBits;

    private const long EpochMs = 1_735_689_600_000;

    private long _node = -1;
    private long _last;

    /// <summary>The milliseconds since the epoch of the last id given, for the node lease to remember.</summary>
    internal long LastMs => Volatile.Read(ref _last) >> SequenceBits;

    /// <summary>The next id. Throws while this process holds no node number.</summary>
    public long Next()
    {
        var node = Volatile.Read(ref _node);
        if (node < 0)
            throw new NodeLeaseLostException();
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max((clock.GetUtcNow().ToUnixTimeMilliseconds() - EpochMs) << SequenceBits, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return Compose(next >> SequenceBits, node, next & ((1 << SequenceBits) - 1));
        }
    }

    /// <summary>The smallest id that can be made at this instant; bounds of partitions and of retention are made of it.</summary>
    public static long FirstAt(DateTimeOffset instant) => Compose(instant.ToUnixTimeMilliseconds() - EpochMs, 0, 0);

    /// <summary>The instant at which an id was made, to the millisecond.</summary>
    public static DateTimeOffset TimeOf(long id) =>
        DateTimeOffset.FromUnixTimeMilliseconds((id >> (NodeBits + SequenceBits)) + EpochMs);

    /// <summary>Takes a node number; ids start after <paramref name="afterMs"/>, the last instant that the number's former holder may have used.</summary>
    internal void Use(int node, long afterMs)
    {
        var floor = (afterMs + 1) << SequenceBits;
        var last = Volatile.Read(ref _last);
        while (last < floor)
            last = Interlocked.CompareExchange(ref _last, floor, last);
        Volatile.Write(ref _node, node);
    }

    /// <summary>Gives no more ids until a node number is held again.</summary>
    internal void Stop() => Volatile.Write(ref _node, -1);

    internal static long NowMs(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds() - EpochMs;

    private static long Compose(long ms, long node, long sequence) => (ms << (NodeBits + SequenceBits)) | (node << SequenceBits) | sequence;
}

/// <summary>This process could not renew its node number in time, so it may not make ids; it tries again in the background.</summary>
public sealed class NodeLeaseLostException() : Exception("This process holds no node number at the moment.");
