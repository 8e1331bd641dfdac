using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Helpdesk.Audit;

/// <summary>A link of a tenant's chain: a run of the feed, what its events said, and the link before.</summary>
/// <param name="FirstSeq">The first number of the run.</param>
/// <param name="LastSeq">The last number of the run.</param>
/// <param name="NewestId">The greatest id of any event up to here, this run included.</param>
/// <param name="Members">For each number of the run the event's id and hash; null when retention has dropped all of them.</param>
/// <param name="Root">The hash of the members.</param>
/// <param name="Hash">The hash of all that and of the link before.</param>
/// <param name="At">When it was sealed, to the millisecond.</param>
internal sealed record Seal(long FirstSeq, long LastSeq, long NewestId, byte[]? Members, byte[] Root, byte[] Hash, DateTime At)
{
    private const int IdLength = 8;
    private const int MemberLength = IdLength + SHA256.HashSizeInBytes;

    /// <summary>What the first link of a chain stands on.</summary>
    public static readonly byte[] Origin = new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash of an event that was gone before it could be sealed.</summary>
    private static readonly byte[] Gone = new byte[SHA256.HashSizeInBytes];

    /// <summary>Makes the link over a run.</summary>
    /// <param name="tenantId">The tenant whose chain it is.</param>
    /// <param name="previous">The link before; null for the first.</param>
    /// <param name="firstSeq">The first number of the run.</param>
    /// <param name="run">For each number the event's id, 0 when nobody knows it, and its row, null when it is gone.</param>
    /// <param name="at">The time, to the millisecond.</param>
    public static Seal Of(long tenantId, Seal? previous, long firstSeq, IReadOnlyList<(long Id, LogRow? Row)> run, DateTime at)
    {
        var members = new byte[run.Count * MemberLength];
        for (var i = 0; i < run.Count; i++)
        {
            var member = members.AsSpan(i * MemberLength, MemberLength);
            BinaryPrimitives.WriteInt64BigEndian(member, run[i].Id);
            (run[i].Row?.Hash() ?? Gone).CopyTo(member[IdLength..]);
        }

        var seal = new Seal(
            firstSeq, firstSeq + run.Count - 1, Math.Max(previous?.NewestId ?? 0, run.Max(member => member.Id)), members,
            SHA256.HashData(members), [], at);
        return seal with { Hash = seal.ExpectedHash(tenantId, previous?.Hash ?? Origin) };
    }

    /// <summary>The hash that it must have after a link with this hash.</summary>
    public byte[] ExpectedHash(long tenantId, byte[] previousHash) => Canonical.Hash(
        "helpdesk-audit-seal-1", Canonical.Number(tenantId), Canonical.Number(FirstSeq), Canonical.Number(LastSeq),
        Canonical.Number(NewestId), Convert.ToHexStringLower(previousHash), Convert.ToHexStringLower(Root), Canonical.Time(At));

    /// <summary>Whether the members are as many as the run has numbers, and those that were sealed.</summary>
    public bool HasItsMembers() =>
        Members is { } members && members.Length == (LastSeq - FirstSeq + 1) * MemberLength && SHA256.HashData(members).AsSpan().SequenceEqual(Root);

    /// <summary>The event's id at a place of the run.</summary>
    public long IdAt(int place) => BinaryPrimitives.ReadInt64BigEndian(Members.AsSpan(place * MemberLength, IdLength));

    /// <summary>Whether the event at a place of the run was gone when it was sealed.</summary>
    public bool WasGoneAt(int place) => HashAt(place).SequenceEqual(Gone);

    /// <summary>Whether the row is what was sealed at a place of the run.</summary>
    public bool Matches(int place, LogRow row) => HashAt(place).SequenceEqual(row.Hash());

    private ReadOnlySpan<byte> HashAt(int place) => Members.AsSpan(place * MemberLength + IdLength, SHA256.HashSizeInBytes);
}
