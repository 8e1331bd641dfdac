namespace Helpdesk.Webhooks.Delivering;

/// <summary>
/// Whose turn it is to be delivered to, in this process. Tenants take turns, and the endpoints of a tenant do; an endpoint has four places at
/// most, and one while it fails. Endpoints that fail have a lane of their own, with room of its own: however many hang, the others do
/// not wait for them. In the lane of the others an attempt gives its place back after a second, whether it is done or not; what is under
/// way beyond that has bounds of its own, for all and for a tenant, so that receivers that take their time do not pile up.
/// </summary>
/// <remarks>Nothing here has to survive: what is due stands in the database, and a sweep finds it.</remarks>
internal sealed class Turns
{
    /// <summary>Attempts at a time in the lane of endpoints that answer.</summary>
    public const int Room = 256;

    /// <summary>Attempts at a time in the lane of those that fail.</summary>
    public const int FailingRoom = 128;

    /// <summary>Attempts under way at endpoints that answer, those that have lasted longer than their place included.</summary>
    public const int MostUnderWay = 1024;

    /// <summary>Of a tenant.</summary>
    public const int MostOfATenant = 128;

    /// <summary>Of a tenant, at endpoints that fail.</summary>
    public const int MostFailingOfATenant = 32;

    /// <summary>Failing endpoints with nothing to do that are remembered; that which has been idle longest is forgotten for another.</summary>
    public const int MostRemembered = 10_000;

    private const int PlacesOfOne = 4;

    // Endpoints of one turn: so many share a round trip.
    private const int MostOfATurn = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<(long, long), Endpoint> _known = [];
    private readonly LinkedList<Endpoint> _resting = [];

    /// <summary>The lane of endpoints that answer, as far as is known.</summary>
    public Lane Answering { get; } = new(Room, MostUnderWay, MostOfATenant);

    /// <summary>The lane of endpoints whose last attempt failed.</summary>
    public Lane Failing { get; } = new(FailingRoom, 2 * FailingRoom, MostFailingOfATenant);

    /// <summary>Says that endpoints have deliveries that are due. Cheap, and cheaper for those that wait for their turn already.</summary>
    public void Wake(long tenantId, IEnumerable<long> endpointIds)
    {
        lock (_lock)
        {
            foreach (var id in endpointIds)
            {
                if (!_known.TryGetValue((tenantId, id), out var endpoint))
                    _known[(tenantId, id)] = endpoint = new(tenantId, id);
                if (endpoint.Rest is { } rest)
                    _resting.Remove(rest);
                endpoint.Rest = null;
                endpoint.IsWanted = true;
                EnqueueIfWanted(endpoint);
            }
        }
    }

    /// <summary>The next turn of a lane: endpoints of one tenant, each with the places that are reserved for it.</summary>
    public async Task<Turn> NextAsync(Lane lane, CancellationToken ct)
    {
        while (true)
        {
            lock (_lock)
            {
                if (Take(lane) is { } turn)
                    return turn;
            }

            await lane.Changed.WaitAsync(ct);
        }
    }

    /// <summary>How many deliveries were there for the places that were reserved. Places without one are given back.</summary>
    public void Claimed(Turn turn, Seat seat, int taken)
    {
        lock (_lock)
        {
            var unused = seat.Places - taken;
            seat.Endpoint.Busy -= unused;
            turn.Lane.Free += unused;
            turn.Lane.Ended(turn.TenantId, unused);
            // All places were filled, so there may be more.
            seat.Endpoint.IsWanted |= unused == 0;
            Settle(seat.Endpoint);
            turn.Lane.Signal();
        }
    }

    /// <summary>The attempt needs its place in the lane no more; that of its endpoint it keeps.</summary>
    public void LeaveLane(Lane lane)
    {
        lock (_lock)
        {
            lane.Free++;
            lane.Signal();
        }
    }

    /// <summary>The attempt is done and written down.</summary>
    /// <param name="turn">In which it was begun.</param>
    /// <param name="seat">Whose it was.</param>
    /// <param name="failed">Whether it failed; null when it was not made. False as well for an endpoint that is gone: nothing has to be remembered of it.</param>
    public void Done(Turn turn, Seat seat, bool? failed)
    {
        lock (_lock)
        {
            seat.Endpoint.Busy--;
            seat.Endpoint.IsFailing = failed ?? seat.Endpoint.IsFailing;
            turn.Lane.Ended(turn.TenantId, 1);
            Settle(seat.Endpoint);
            turn.Lane.Signal();
        }
    }

    private static Turn? Take(Lane lane)
    {
        while (lane.RoomFor() > 0 && lane.Tenants.TryDequeue(out var tenantId))
        {
            var (waiting, seats) = (lane.Waiting[tenantId], new List<Seat>());
            int room;
            while ((room = lane.RoomFor(tenantId)) > 0 && seats.Count < MostOfATurn && waiting.TryDequeue(out var endpoint))
            {
                endpoint.IsQueued = endpoint.IsWanted = false;
                var places = Math.Min(endpoint.Free, room);
                if (places <= 0)
                {
                    // It began to fail while it waited, and has more under way than it may now: the last of them brings it back.
                    endpoint.IsWanted = true;
                    continue;
                }

                endpoint.Busy += places;
                lane.Begun(tenantId, places);
                seats.Add(new(endpoint, places));
            }

            if (waiting.Count == 0)
                lane.Waiting.Remove(tenantId);
            else if (lane.IsFull(tenantId))
                lane.Held.Add(tenantId);
            else
                lane.Tenants.Enqueue(tenantId);
            if (seats.Count > 0)
                return new Turn(lane, tenantId, seats);
        }

        return null;
    }

    private void Settle(Endpoint endpoint)
    {
        EnqueueIfWanted(endpoint);
        if (endpoint is not { Busy: 0, IsQueued: false })
            return;
        if (!endpoint.IsFailing)
        {
            _known.Remove((endpoint.TenantId, endpoint.Id));
            return;
        }

        // Its next delivery may be a day away, and must not be made in the lane of those that answer.
        endpoint.Rest ??= _resting.AddLast(endpoint);
        if (_resting is { Count: > MostRemembered, First: { Value: var longest } oldest })
        {
            _resting.Remove(oldest);
            _known.Remove((longest.TenantId, longest.Id));
        }
    }

    private void EnqueueIfWanted(Endpoint endpoint)
    {
        if (!endpoint.IsWanted || endpoint.IsQueued || endpoint.Free <= 0)
            return;
        endpoint.IsQueued = true;
        var lane = endpoint.IsFailing ? Failing : Answering;
        if (!lane.Waiting.TryGetValue(endpoint.TenantId, out var waiting))
        {
            lane.Waiting[endpoint.TenantId] = waiting = new();
            lane.Tenants.Enqueue(endpoint.TenantId);
        }

        waiting.Enqueue(endpoint);
        lane.Signal();
    }

    /// <summary>An endpoint with something to do.</summary>
    internal sealed class Endpoint(long tenantId, long id)
    {
        public long TenantId { get; } = tenantId;

        public long Id { get; } = id;

        internal int Busy { get; set; }

        internal bool IsQueued { get; set; }

        internal bool IsWanted { get; set; }

        internal bool IsFailing { get; set; }

        // Its place among those that are remembered only because they fail.
        internal LinkedListNode<Endpoint>? Rest { get; set; }

        internal int Free => (IsFailing ? 1 : PlacesOfOne) - Busy;
    }

    /// <summary>Places that are reserved for an endpoint.</summary>
    internal sealed record Seat(Endpoint Endpoint, int Places);

    /// <summary>What is to be looked at next.</summary>
    internal sealed record Turn(Lane Lane, long TenantId, IReadOnlyList<Seat> Seats);
}
