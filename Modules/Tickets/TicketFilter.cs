using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets;

/// <summary>The filters of the ticket list, read and checked. A null means that the filter is not set, an empty array matches nothing.</summary>
internal sealed class TicketFilter
{
    private const int ShortestSearch = 2;
    private const int LongestSearch = 200;
    private const int MostValues = 100;

    private readonly Dictionary<string, string[]> _faults = [];

    private TicketFilter(ListTickets request, SearchScope scope, DeskSetup desk, TagSet tags)
    {
        Statuses = Enums<TicketStatus>(request.Status, "status") is { } statuses
            ? desk.Statuses.Where(status => statuses.Contains(status.Category.ToTicketStatus())).Select(status => status.Id).ToArray()
            : null;
        Priorities = Enums<Priority>(request.Priority, "priority")?.Select(priority => (short)priority).ToArray();
        Queues = Ids(request.QueueId, "queue_id");
        Topics = Ids(request.HelpTopicId, "help_topic_id");
        Assignees = Assigned(request.AssigneeId);
        Requesters = Ids(request.RequesterId, "requester_id");
        Emails = Split(request.RequesterEmail, "requester_email")?.Select(email => email.ToLowerInvariant()).ToArray();
        Tags = Split(request.Tag, "tag")?.Select(slug => tags.BySlug(slug)?.Id).OfType<long>().ToArray();
        Sources = Enums<TicketSource>(request.Source, "source")?.Select(source => (short)source).ToArray();
        // No queue has a plan yet, so every ticket's state is "none".
        HasNoSlaMatch = Enums<SlaClock>(request.SlaState, "sla_state") is { } states && !states.Contains(SlaClock.None);
        CreatedFrom = request.CreatedSince is { } since ? SharedKernel.Data.Ids.FirstAt(since) : null;
        CreatedTo = request.CreatedBefore is { } before ? SharedKernel.Data.Ids.FirstAt(before) : null;
        UpdatedSince = request.UpdatedSince;
        Search = SearchOf(request.Q, scope);
        Order = TicketOrder.Parse(request.Sort) ?? Fault(TicketOrder.ById, "sort", TicketOrder.Wanted);
        Fingerprint = FingerprintOf(request);
    }

    /// <summary>The filters of a walk, which come checked.</summary>
    public TicketFilter(WalkTickets walk) => (Statuses, Emails, Order, Fingerprint) =
        (walk.StatusIds?.ToArray(), walk.RequesterEmail is { } email ? [email] : null, TicketOrder.ById, FingerprintOf(walk));

    public long[]? Statuses { get; }

    public short[]? Priorities { get; }

    public long[]? Queues { get; }

    public long[]? Topics { get; }

    /// <summary>Agents; 0 stands for nobody.</summary>
    public long[]? Assignees { get; }

    public long[]? Requesters { get; }

    public string[]? Emails { get; }

    public long[]? Tags { get; }

    public short[]? Sources { get; }

    public bool HasNoSlaMatch { get; }

    /// <summary>The first id that is in; ids are ordered by time, so the primary key answers.</summary>
    public long? CreatedFrom { get; }

    /// <summary>The first id that is out.</summary>
    public long? CreatedTo { get; }

    public DateTime? UpdatedSince { get; }

    public TicketSearch? Search { get; }

    public TicketOrder Order { get; }

    /// <summary>Tells this list from others, for its cursors and its known pages.</summary>
    public string Fingerprint { get; }

    public static Result<TicketFilter> Parse(ListTickets request, SearchScope scope, DeskSetup desk, TagSet tags)
    {
        var filter = new TicketFilter(request, scope, desk, tags);
        return filter._faults.Count > 0 ? Error.Invalid(filter._faults) : filter;
    }

    private TicketSearch? SearchOf(string? q, SearchScope scope)
    {
        if (q is null)
            return null;
        q = q.Trim();
        if (q.Length is >= ShortestSearch and <= LongestSearch)
            return TicketSearch.Of(q, scope);
        return Fault<TicketSearch?>(null, "q", $"must have {ShortestSearch} to {LongestSearch} characters.");
    }

    private long[]? Assigned(string? text) => Split(text, "assignee_id")?
        .Select(value => value == "none" ? 0 : long.TryParse(value, out var id) && id > 0 ? id : Fault(-1L, "assignee_id", "must be ids of agents, or none."))
        .ToArray();

    private long[]? Ids(string? text, string field) => Split(text, field)?
        .Select(value => long.TryParse(value, out var id) ? id : Fault(-1L, field, "must be integers."))
        .ToArray();

    private T[]? Enums<T>(string? text, string field) where T : struct, Enum => Split(text, field)?
        .Select(value => WireName<T>.TryParse(value, out var known) ? known : Fault(default(T), field, WireName<T>.Wanted))
        .ToArray();

    private string[]? Split(string? text, string field)
    {
        var values = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return values?.Length > MostValues ? Fault(values[..MostValues], field, $"must have at most {MostValues} values.") : values;
    }

    private T Fault<T>(T instead, string field, string reason)
    {
        _faults[field] = [reason];
        return instead;
    }

    private static string FingerprintOf(WalkTickets walk) =>
        $"walk {(walk.StatusIds is null ? "any" : string.Join(' ', walk.StatusIds))} {walk.RequesterEmail}";

    private static string FingerprintOf(ListTickets request) => (request with { Cursor = null, Limit = null }).ToString();
}

/// <summary>A text to search for, in the three forms that the search wants.</summary>
/// <param name="Words">A query of the text index: every word, by its beginning. Null when there is no word in it.</param>
/// <param name="Fragment">A pattern for a fragment of the subject.</param>
/// <param name="Number">The number of a ticket, when the text is a reference.</param>
internal sealed record TicketSearch(string? Words, string Fragment, int? Number)
{
    public static TicketSearch Of(string text, SearchScope scope)
    {
        var fragment = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        return new(SearchWords.Query(scope, text), $"%{fragment}%", TicketRef.Parse(text)?.Number);
    }
}
