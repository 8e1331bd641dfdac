namespace Helpdesk.Webhooks.Delivering;

/// <summary>Endpoints that wait, by tenant, and the room that is left.</summary>
/// <param name="room">Places.</param>
/// <param name="most">Attempts that are under way at most, with and without a place.</param>
/// <param name="mostOfATenant">Of one tenant.</param>
internal sealed class Lane(int room, int most, int mostOfATenant)
{
    private readonly Dictionary<long, int> _underWayOf = [];
    private int _underWay;

    public Dictionary<long, Queue<Turns.Endpoint>> Waiting { get; } = [];

    public Queue<long> Tenants { get; } = new();

    /// <summary>Tenants that wait until attempts of their own are done.</summary>
    public HashSet<long> Held { get; } = [];

    public int Free { get; set; } = room;

    public SemaphoreSlim Changed { get; } = new(0);

    /// <summary>How many attempts may begin.</summary>
    public int RoomFor() => Math.Min(Free, most - _underWay);

    /// <summary>How many of a tenant.</summary>
    public int RoomFor(long tenantId) => Math.Min(RoomFor(), mostOfATenant - _underWayOf.GetValueOrDefault(tenantId));

    public bool IsFull(long tenantId) => _underWayOf.GetValueOrDefault(tenantId) >= mostOfATenant;

    public void Begun(long tenantId, int places)
    {
        Free -= places;
        _underWay += places;
        _underWayOf[tenantId] = _underWayOf.GetValueOrDefault(tenantId) + places;
    }

    public void Ended(long tenantId, int places)
    {
        _underWay -= places;
        if ((_underWayOf[tenantId] -= places) == 0)
            _underWayOf.Remove(tenantId);
        if (!IsFull(tenantId) && Held.Remove(tenantId))
            Tenants.Enqueue(tenantId);
    }

    public void Signal()
    {
        if (Changed.CurrentCount == 0)
            Changed.Release();
    }
}
