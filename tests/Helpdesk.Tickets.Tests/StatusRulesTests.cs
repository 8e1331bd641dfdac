namespace Helpdesk.Tickets.Tests;

public sealed class StatusRulesTests
{
    private static readonly DateTime Now = new(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc);

    private static readonly StatusCategory[] Categories = Enum.GetValues<StatusCategory>();

    // Two statuses of each category, so that a finer status is told from the one that stands for its category.
    private static readonly DeskSetup Desk = new(
        [], [], [], [.. Categories.SelectMany(category => new[] { Status(category, 1), Status(category, 0) })], 7);

    public static TheoryData<StatusCategory, StatusCategory, bool> Moves()
    {
        var moves = new TheoryData<StatusCategory, StatusCategory, bool>();
        foreach (var from in Categories)
        {
            foreach (var to in Categories)
            {
                moves.Add(from, to, true);
                moves.Add(from, to, false);
            }
        }

        return moves;
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public void A_move_sets_the_times_of_its_end_and_nothing_else(StatusCategory from, StatusCategory to, bool isDefault)
    {
        var before = TicketIn(from, isDefault);
        var after = StatusRules.Change(before, to, Desk, Now);
        if (from == to)
        {
            Assert.Same(before, after);
            return;
        }

        Assert.Equal(Status(to, 0).Id, after.StatusId);
        Assert.Equal(
            to switch { StatusCategory.Resolved => Now, StatusCategory.Closed => before.ResolvedAt, _ => null }, after.ResolvedAt);
        Assert.Equal(to is StatusCategory.Closed ? Now : null, after.ClosedAt);
        Assert.Equal(before, after with { StatusId = before.StatusId, ResolvedAt = before.ResolvedAt, ClosedAt = before.ClosedAt });
    }

    [Fact]
    public void Whatever_the_way_the_times_tell_where_a_ticket_stands()
    {
        var random = new Random(20260304);
        for (var run = 0; run < 500; run++)
        {
            var (ticket, now) = (TicketIn(StatusCategory.New, true), Now);
            for (var step = 0; step < 12; step++)
            {
                now = now.AddMinutes(1);
                var to = Categories[random.Next(Categories.Length)];
                ticket = StatusRules.Change(ticket, to, Desk, now);
                Assert.Equal(to, Desk.Status(ticket.StatusId).Category);
                Assert.Equal(to is StatusCategory.Closed, ticket.ClosedAt is not null);
                if (to is StatusCategory.Resolved)
                    Assert.NotNull(ticket.ResolvedAt);
                else if (to is not StatusCategory.Closed)
                    Assert.Null(ticket.ResolvedAt);
                // Once more is no change.
                Assert.Same(ticket, StatusRules.Change(ticket, to, Desk, now.AddDays(1)));
            }
        }
    }

    [Fact]
    public void Only_closed_and_merged_are_final_and_only_waiting_work_counts_as_open()
    {
        foreach (var category in Categories)
        {
            Assert.Equal(category is StatusCategory.Closed or StatusCategory.Merged, StatusRules.IsFinal(category));
            Assert.Equal(category < StatusCategory.Resolved, StatusRules.OpenWork.Contains(category));
        }
    }

    [Fact]
    public void An_answer_opens_new_tickets_and_the_requesters_word_whatever_waited()
    {
        foreach (var category in Categories)
        {
            Assert.Equal(category is StatusCategory.New ? StatusCategory.Open : category, StatusRules.AfterAgentReply(category));
            var opens = category is StatusCategory.Pending or StatusCategory.OnHold or StatusCategory.Resolved;
            Assert.Equal(opens ? StatusCategory.Open : category, StatusRules.AfterRequesterReply(category));
        }
    }

    [Fact]
    public void The_reopen_window_includes_its_last_moment()
    {
        var random = new Random(7);
        for (var run = 0; run < 1000; run++)
        {
            var window = TimeSpan.FromDays(random.Next(0, 60));
            var age = window + TimeSpan.FromTicks(random.NextInt64(-1000, 1000));
            var ticket = TicketIn(StatusCategory.Resolved, true) with { ResolvedAt = Now - age };
            Assert.Equal(age > window, StatusRules.WhyNotReopen(ticket, StatusCategory.Resolved, window, Now) is not null);
            foreach (var other in Categories.Where(category => category is not StatusCategory.Resolved))
                Assert.Null(StatusRules.WhyNotReopen(ticket, other, window, Now));
        }
    }

    private static Status Status(StatusCategory category, int finer) =>
        new(((long)category * 10) + finer + 1, $"{category} {finer}", "", category, finer == 0);

    private static Ticket TicketIn(StatusCategory category, bool isDefault) => new(
        1, 1, "Lamp", Status(category, isDefault ? 0 : 1).Id, Priority.Normal, TicketSource.Api, 2, null, 3, null, [], "{}", 1, 1, null,
        category is StatusCategory.Resolved or StatusCategory.Closed ? Now.AddHours(-2) : null,
        category is StatusCategory.Closed ? Now.AddHours(-1) : null, Now.AddDays(-1), null, 1, Now.AddDays(-1), Now.AddDays(-1));
}
