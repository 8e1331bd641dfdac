using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>What a model is told of one ticket: as much of the thread as fits, who wrote what, and how the ticket stands. No address, no key.</summary>
internal sealed class TicketFacts(TenantDb db, IDeskCatalog desks, TimeProvider clock)
{
    /// <summary>The tokens that a thread may have.</summary>
    public const int ThreadBudget = 12_000;

    // The first entry and the last are always kept, so neither may fill all there is.
    private const int EntryBudget = ThreadBudget / 4;

    /// <summary>The ticket and those entries of its thread that are wanted.</summary>
    public async Task<Fenced> DescribeAsync(TicketThread thread, Func<ThreadEntry, bool> wanted)
    {
        var desk = await desks.GetAsync(db.TenantId);
        var data = new Fenced().Add("ticket", new
        {
            thread.Reference,
            Subject = Fenced.Fit(thread.Subject, 200),
            Status = desk.Status(thread.StatusId).Category,
            thread.Priority,
            Queue = desk.Queue(thread.QueueId)?.Name,
            HelpTopic = thread.HelpTopicId is { } topic ? desk.Topic(topic)?.Name : null,
            IsAssigned = thread.AssigneeId is not null,
            thread.CreatedAt,
            Now = clock.GetUtcNow().UtcDateTime,
        });
        AddThread(data, thread, wanted);
        return data;
    }

    private static void AddThread(Fenced data, TicketThread thread, Func<ThreadEntry, bool> wanted)
    {
        var entries = thread.Entries.Where(wanted).Select(entry => (entry.Id, Line: Fenced.Line("message", Describe(entry)))).ToList();
        var (head, tail) = Tokens.Keep(entries.ConvertAll(entry => Tokens.Of(entry.Line)), ThreadBudget);
        if (thread.LeftOut > 0)
        {
            // What was read has a gap already: the one that is made here must hold it.
            var last = thread.Entries[ITicketThreads.OldestEntries - 1].Id;
            var before = entries.Count(entry => entry.Id <= last);
            (head, tail) = tail == 0 ? (before, entries.Count - before) : (Math.Min(head, before), Math.Min(tail, entries.Count - before));
        }

        var leftOut = entries.Count - head - tail + thread.LeftOut;
        for (var i = 0; i < entries.Count; i++)
        {
            if (i == head && leftOut > 0)
                data.Add("left_out", new { Messages = leftOut });
            if (i < head || i >= entries.Count - tail)
                data.Add(entries[i].Line);
        }
    }

    private static object Describe(ThreadEntry entry) => new
    {
        From = entry.IsInternal ? "internal_note" : entry.AuthorKind is ActorKind.Requester ? "requester" : "support",
        Name = entry.AuthorName,
        At = entry.CreatedAt,
        Text = Fenced.Fit(entry.Text, EntryBudget),
    };
}
