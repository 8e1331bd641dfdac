using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.SharedKernel.Events;

/// <summary>
/// The name of an event outside of the server: <c>evt_</c> and a ULID (mobieus 6.10). Computed from tenant and id and back, so nothing has
/// to be stored or looked up: 48 bits of time, the 12 bits that the id has beyond it, and 68 bits that no other tenant's event has.
/// </summary>
public static class EventName
{
    private const string Prefix = "evt_";
    private const int ExtraBits = Ids.ExtraBits;
    private const int Length = 16;

    // In the year 2096: ids do not reach further, and calendars do.
    private const ulong LastTime = 4_000_000_000_000;

    /// <summary>The name of an event. The same every time.</summary>
    public static string Of(long tenantId, long id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> key = stackalloc byte[32];
        BinaryPrimitives.WriteInt64BigEndian(key, tenantId);
        BinaryPrimitives.WriteInt64BigEndian(key[8..], id);
        Encoding.ASCII.GetBytes("helpdesk-event-1", key[16..]);
        SHA256.HashData(key, key);
        key[..Length].CopyTo(bytes);
        var time = Ids.TimeOf(id).ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt64BigEndian(bytes, time << 16 | (id & ((1 << ExtraBits) - 1)) << 4 | (uint)(bytes[7] & 0xF));
        return Prefix + Ulid.Write(bytes);
    }

    /// <summary>The id of the event with this name; null when the tenant can have no such event. Letter case counts.</summary>
    public static long? IdOf(long tenantId, string name)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !Ulid.TryRead(name.AsSpan(Prefix.Length), bytes))
            return null;
        var head = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        if (head >> 16 > LastTime)
            return null;
        var id = Ids.FirstAt(DateTimeOffset.FromUnixTimeMilliseconds((long)(head >> 16))) | ((long)(head >> 4) & ((1 << ExtraBits) - 1));
        return id >= 0 && Of(tenantId, id) == name ? id : null;
    }
}
