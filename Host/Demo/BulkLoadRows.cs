using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets;

namespace Helpdesk.Host.Demo;

/// <summary>A requester as it will be stored.</summary>
internal sealed record LoadRequester(long Id, string Name, string Email);

/// <summary>An entry of a thread as it will be stored. <paramref name="Subject"/> is the ticket's for the first one, which is found by it too.</summary>
internal sealed record LoadMessage(
    long Id, long TicketId, ActorKind AuthorKind, long AuthorId, string AuthorName, string Body, bool IsInternal, string? Subject);

/// <summary>A ticket as it will be stored.</summary>
internal sealed record LoadTicket(
    long Id, int Number, string Subject, Status Status, Priority Priority, TicketSource Source, long QueueId, long RequesterId, long? AssigneeId,
    long[] TagIds, int Messages, int PublicMessages, DateTime? FirstRespondedAt, DateTime? ResolvedAt, DateTime? ClosedAt,
    DateTime LastRequesterReplyAt, DateTime? LastAgentReplyAt, DateTime UpdatedAt);

/// <summary>Makes up the tickets of one tenant, oldest first.</summary>
/// <remarks>
/// Ids carry their time, and must not meet within the tenant. The lowest twelve bits of an id, node and count in the live system, hold the
/// ticket's place among 4,096; tickets that share them differ in the remainder that their milliseconds leave when divided by the
/// <see cref="_grid"/>, and the ids of one ticket lie whole grid steps apart. Ids of the live system are later than all of them.
/// </remarks>
internal sealed class BulkLoadRows
{
    private const int IdsInMillisecond = 4_096;
    private const int TicketsPerRequester = 4;
    private static readonly DateTimeOffset Epoch = Ids.TimeOf(0);

    // Out of a hundred: of the newest tenth of the tickets, and of all older ones.
    private static readonly (StatusCategory Category, int Recent, int Old)[] Statuses =
    [
        (StatusCategory.New, 14, 0), (StatusCategory.Open, 34, 2), (StatusCategory.Pending, 16, 2), (StatusCategory.OnHold, 6, 1),
        (StatusCategory.Resolved, 20, 7), (StatusCategory.Closed, 10, 88),
    ];

    private readonly LoadTenant _tenant;
    private readonly int _count;
    private readonly int _messagesPerTicket;
    private readonly Random _random;
    private readonly BulkLoadText _text;
    private readonly List<(long Id, string Name)> _requesters = [];
    private readonly long _startMs;
    private readonly long _endMs;
    private readonly int _grid;

    /// <summary>A source of <paramref name="count"/> tickets of the two years before <paramref name="end"/>.</summary>
    public BulkLoadRows(LoadTenant tenant, int count, int messagesPerTicket, DateTimeOffset end)
    {
        (_tenant, _count, _messagesPerTicket) = (tenant, count, messagesPerTicket);
        _random = new Random(tenant.Serial);
        _text = new BulkLoadText(tenant.Serial, (long)count * messagesPerTicket);
        _grid = (count - 1) / IdsInMillisecond + 1;
        _endMs = Ms(end);
        // Ids begin with 2025, and there is a grid step before the first ticket, for its requester.
        _startMs = Math.Max(Ms(end.AddYears(-2)), 2 * _grid);
    }

    /// <summary>Makes the ticket with this index, its messages, and its requester where it brings a new one.</summary>
    public (LoadTicket Ticket, LoadRequester? Requester) Make(int index, List<LoadMessage> messages)
    {
        var residue = index % IdsInMillisecond;
        var ms = FirstMs(index);
        var (requesterId, requesterName, added) = Requester(index, Id(ms - _grid, residue));
        var id = Id(ms, residue);
        var status = StatusFor(index);
        var queue = EarlyOf(_tenant.Desk.Queues);
        var agent = _tenant.Desk.Agent(queue.AgentIds[_random.Next(queue.AgentIds.Length)])!;
        var isAssigned = status.Category is StatusCategory.New ? _random.Next(2) == 0 : _random.Next(20) != 0;
        var thread = new Thread(id, requesterId, requesterName, agent, _text.Subject());
        // A third of the threads is one longer and a third one shorter than the average.
        var length = _messagesPerTicket + (_messagesPerTicket > 1 ? (index + 1) % 3 - 1 : 0);
        for (var i = 0; i < length; i++)
        {
            ms += _grid * Steps(ms, length - i);
            messages.Add(Message(thread, i, Id(ms, residue), status.Category));
        }

        var after = ms + _grid * Steps(ms, 2);
        var resolved = status.Category is StatusCategory.Resolved or StatusCategory.Closed ? Time(after) : (DateTime?)null;
        var closed = status.Category is StatusCategory.Closed ? Time(after + _grid * Steps(after, 1)) : (DateTime?)null;
        var ticket = new LoadTicket(
            id, index + 1, thread.Subject, status, Priority(), Source(), queue.Id, requesterId, isAssigned ? agent.Id : null, Tags(), length,
            thread.Public, thread.FirstRespondedAt, resolved, closed, thread.LastRequesterReplyAt, thread.LastAgentReplyAt,
            closed ?? resolved ?? Time(ms));
        return (ticket, added);
    }

    private long FirstMs(int index)
    {
        var slot = (double)(_endMs - _startMs) / _count;
        var ms = _startMs + (long)(slot * (index + _random.NextDouble()));
        return ms - (ms - index / IdsInMillisecond) % _grid;
    }

    /// <summary>How long somebody takes for the next entry, in grid steps: minutes as a rule, sometimes days, and never past the end.</summary>
    private long Steps(long ms, int left)
    {
        var wait = -Math.Log(1 - _random.NextDouble()) * TimeSpan.FromHours(_random.Next(10) == 0 ? 60 : 3).TotalMilliseconds;
        var room = (double)(_endMs + BulkLoad.Margin.TotalMilliseconds / 2 - ms) / (left + 2);
        return Math.Max(1, (long)(Math.Min(wait, room) / _grid));
    }

    private (long Id, string Name, LoadRequester? Added) Requester(int index, long id)
    {
        if (index % TicketsPerRequester == 0)
        {
            var (name, email) = BulkLoadText.Person(_requesters.Count);
            _requesters.Add((id, name));
            return (id, name, new LoadRequester(id, name, email));
        }

        // Those who asked early ask often.
        var known = _requesters[(int)(_requesters.Count * Math.Pow(_random.NextDouble(), 1.5))];
        return (known.Id, known.Name, null);
    }

    private LoadMessage Message(Thread thread, int index, long id, StatusCategory category)
    {
        var at = Ids.TimeOf(id).UtcDateTime;
        // The team writes every other entry, a sixth of them for itself only; nobody has answered a new ticket.
        var isByTeam = index % 2 == 1;
        var isNote = isByTeam && (category is StatusCategory.New || _random.Next(6) == 0);
        if (!isNote)
            thread.Public++;
        if (isByTeam)
        {
            if (!isNote)
                (thread.FirstRespondedAt, thread.LastAgentReplyAt) = (thread.FirstRespondedAt ?? at, at);
            return new(id, thread.TicketId, ActorKind.Agent, thread.Agent.Id, thread.Agent.Name, isNote ? _text.Note() : _text.Answer(), isNote, null);
        }

        thread.LastRequesterReplyAt = at;
        return new(
            id, thread.TicketId, ActorKind.Requester, thread.RequesterId, thread.RequesterName, _text.Question(), false,
            index == 0 ? thread.Subject : null);
    }

    private Status StatusFor(int index)
    {
        var isRecent = index >= _count - _count / 10;
        var dice = _random.Next(100);
        var at = 0;
        while (dice >= (isRecent ? Statuses[at].Recent : Statuses[at].Old))
        {
            dice -= isRecent ? Statuses[at].Recent : Statuses[at].Old;
            at++;
        }

        return EarlyOf(_tenant.StatusesOf(Statuses[at].Category));
    }

    /// <summary>Any of them, the first ones more often than the last.</summary>
    private T EarlyOf<T>(IReadOnlyList<T> among) => among[Math.Min(_random.Next(among.Count), _random.Next(among.Count))];

    private Priority Priority() => _random.Next(100) switch
    {
        < 4 => Helpdesk.Tickets.Priority.Urgent,
        < 20 => Helpdesk.Tickets.Priority.High,
        < 85 => Helpdesk.Tickets.Priority.Normal,
        _ => Helpdesk.Tickets.Priority.Low,
    };

    private TicketSource Source() => _random.Next(100) switch
    {
        < 40 => TicketSource.Email,
        < 70 => TicketSource.Portal,
        < 85 => TicketSource.Api,
        < 93 => TicketSource.Phone,
        _ => TicketSource.Chat,
    };

    private long[] Tags()
    {
        var tags = new long[_random.Next(10) switch { < 4 => 0, < 8 => 1, _ => 2 }];
        if (tags.Length > 0)
            tags[0] = _tenant.Tags[_random.Next(_tenant.Tags.Length / 2)];
        if (tags.Length > 1)
            tags[1] = _tenant.Tags[_random.Next(_tenant.Tags.Length / 2, _tenant.Tags.Length)];
        return tags;
    }

    private static long Ms(DateTimeOffset instant) => (long)(instant - Epoch).TotalMilliseconds;

    private static long Id(long ms, int residue) => Ids.FirstAt(Epoch.AddMilliseconds(ms)) + residue;

    private static DateTime Time(long ms) => Epoch.AddMilliseconds(ms).UtcDateTime;

    /// <summary>What the thread says of its ticket so far.</summary>
    private sealed record Thread(long TicketId, long RequesterId, string RequesterName, Agent Agent, string Subject)
    {
        public int Public { get; set; }
        public DateTime? FirstRespondedAt { get; set; }
        public DateTime? LastAgentReplyAt { get; set; }
        public DateTime LastRequesterReplyAt { get; set; }
    }
}
