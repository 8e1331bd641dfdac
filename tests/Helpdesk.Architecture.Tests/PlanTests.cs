using System.Text.Json;
using Helpdesk.SharedKernel.Data;
using Helpdesk.Tickets;
using Helpdesk.Tickets.Contracts;
using Npgsql;
using Xunit.Abstractions;

namespace Helpdesk.Architecture.Tests;

/// <summary>
/// The hot queries stand on the index that was made for them, under the server's role with its row-level security: both with a plan for
/// the very values and with the one that PostgreSQL settles on when a statement has run some times.
/// </summary>
public sealed class PlanTests(PlanData data, ITestOutputHelper output) : IClassFixture<PlanData>
{
    private static readonly ListTickets All = TicketListTexts.NoFilter;

    private static readonly TicketKey Middle = new(1, 10_000 * 4_096_000L);

    private static readonly Dictionary<string, (ListTickets List, bool IsTest, TicketKey? After, string Index)> Pages = new()
    {
        ["newest first"] = (All, false, null, "ticket_pkey"),
        ["next page"] = (All, false, Middle, "ticket_pkey"),
        ["oldest first"] = (All with { Sort = "id" }, false, null, "ticket_pkey"),
        ["of the test environment"] = (All, true, null, "ticket_test"),
        ["of a status"] = (All with { Status = "new" }, false, null, "ticket_status"),
        ["of several statuses"] = (All with { Status = "new,open" }, false, null, "ticket_status"),
        ["of several statuses, next page"] = (All with { Status = "new,open" }, false, Middle, "ticket_status"),
        ["of a queue"] = (All with { QueueId = "5" }, false, null, "ticket_queue"),
        ["of a queue, next page"] = (All with { QueueId = "5" }, false, Middle, "ticket_queue"),
        ["of an agent"] = (All with { AssigneeId = "3" }, false, null, "ticket_assignee"),
        ["of nobody"] = (All with { AssigneeId = "none" }, false, null, "ticket_unassigned"),
        ["of a requester"] = (All with { RequesterId = "42" }, false, null, "ticket_requester"),
        ["of an address"] = (All with { RequesterEmail = "person42@example.com" }, false, null, "requester_email_key"),
        ["of an address, next page"] = (All with { RequesterEmail = "person42@example.com" }, false, Middle, "ticket_requester"),
        ["of addresses"] = (All with { RequesterEmail = "person42@example.com,person43@example.com" }, false, null, "requester_email_key"),
        ["with a tag"] = (All with { Tag = "red" }, false, null, "ticket_tag_pkey"),
        ["changed last first"] = (All with { Sort = "-updated_at" }, false, null, "recency_pkey"),
        ["changed first"] = (All with { Sort = "updated_at" }, false, null, "recency_pkey"),
        ["changed since"] = (All with { UpdatedSince = DateTime.UtcNow.AddSeconds(-60), Sort = "updated_at" }, false, null, "recency_pkey"),
        ["created since"] = (All with { CreatedSince = Ids.TimeOf(19_000 * 4_096_000L).UtcDateTime }, false, null, "ticket_pkey"),
        ["urgent first"] = (All with { Sort = "-priority" }, false, null, "ticket_priority"),
    };

    public static TheoryData<string, bool> Lists => Both(Pages.Keys);

    public static TheoryData<string, bool> Sums => Both(["all", "of statuses", "of a queue", "of an agent"]);

    [Theory, MemberData(nameof(Lists))]
    public async Task A_page_of_the_list_reads_its_index(string name, bool settled)
    {
        var (list, isTest, after, index) = Pages[name];
        await AssertReadsAsync(TicketListTexts.Of(list, isTest, after, data.TenantId)[0], settled, index);
    }

    /// <summary>However many tickets somebody has, a page of them is read in the order of the index, and no further.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task The_tickets_of_an_address_are_not_sorted(bool settled)
    {
        var list = All with { RequesterEmail = "person42@example.com", Status = "new,open" };
        var nodes = await AssertReadsAsync(TicketListTexts.Of(list, false, Middle, data.TenantId)[0], settled, "requester_email_key", "ticket_requester");
        Assert.DoesNotContain("Sort", nodes);
    }

    [Theory, MemberData(nameof(Sums))]
    public async Task A_total_is_a_sum_of_kept_counts(string name, bool settled)
    {
        var list = name switch
        {
            "of statuses" => All with { Status = "new,open" },
            "of a queue" => All with { QueueId = "5" },
            "of an agent" => All with { AssigneeId = "3" },
            _ => All,
        };
        await AssertReadsAsync(TicketListTexts.Of(list, false, null, data.TenantId)[1], settled, "tally_pkey");
    }

    [Theory]
    [InlineData("TicketStore.ByIdSql", "ticket_pkey", "requester_pkey")]
    [InlineData("TicketStore.ByNumberSql", "ticket_number_key", "requester_pkey")]
    [InlineData("TicketStore.ThreadByIdSql", "message_ticket")]
    [InlineData("TicketStore.ThreadByNumberSql", "ticket_number_key", "message_ticket")]
    [InlineData("TicketStore.ConversationByIdSql", "message_ticket")]
    [InlineData("TicketStore.ConversationByNumberSql", "ticket_number_key", "message_ticket")]
    [InlineData("ListMessagesHandler.PageSql", "message_ticket")]
    [InlineData("ListMessagesHandler.CountSql", "message_ticket")]
    [InlineData("Requesters.ByEmailSql", "requester_email_key")]
    [InlineData("Requesters.ByIdSql", "requester_pkey")]
    [InlineData("OpenTickets.CountSql", "tally_pkey")]
    [InlineData("TicketWriter.UpdateSql", "ticket_pkey", "recency_pkey")]
    [InlineData("TicketWriter.UntagSql", "ticket_tag_pkey")]
    [InlineData("TicketWriter.SubjectWordsSql", "message_ticket", "message_pkey")]
    [InlineData("Idempotency.FindSql", "idempotency_pkey")]
    [InlineData("FeedReader.NextSql", "feed_pkey")]
    [InlineData("PublishedLog.ReadSql", "published_event")]
    [InlineData("PublishedLog.ListSql", "published_event")]
    [InlineData("PublishEvents.PublishedSql", "published_pkey")]
    [InlineData("DeliveryQueue.ClaimSql", "delivery_due")]
    [InlineData("OutcomeWriter.ResultsSql", "delivery_pkey")]
    [InlineData("ListDeliveriesHandler.AllSql", "delivery_newest", "attempt_pkey")]
    [InlineData("ListDeliveriesHandler.SucceededSql", "delivery_newest", "attempt_pkey")]
    [InlineData("ListDeliveriesHandler.OtherSql", "delivery_other", "attempt_pkey")]
    public async Task A_statement_reads_its_index(string name, params string[] indexes)
    {
        var text = StatementTests.All.Single(statement => statement.Name == name).Text;
        var args = new
        {
            data.TenantId,
            IsTest = false,
            Id = (long?)(12_345 * 4_096_000L),
            Number = (int?)12_345,
            TicketId = 12_345 * 4_096_000L,
            TagIds = new long[] { 5 },
            Internal = true,
            System = true,
            After = 0L,
            Most = 51,
            Email = "person42@example.com",
            Statuses = new long[] { 1, 2, 3 },
            CallerId = 3L,
            Identity = Guid.NewGuid(),
            LastSeq = 4_000L,
            Version = 7,
            Subject = "x",
            SubjectWords = "'0:x':2A",
            StatusId = 1L,
            Priority = (short)1,
            QueueId = 1L,
            HelpTopicId = (long?)null,
            AssigneeId = (long?)null,
            CustomFields = "{}",
            MessageCount = 1,
            PublicMessageCount = 1,
            FirstRespondedAt = (DateTime?)null,
            ResolvedAt = (DateTime?)null,
            ClosedAt = (DateTime?)null,
            LastRequesterReplyAt = (DateTime?)null,
            LastAgentReplyAt = (DateTime?)null,
            UpdatedAt = DateTime.UtcNow,
            LastUpdatedAt = DateTime.UtcNow,
            EventIds = new[] { data.EventAt(100), data.EventAt(2000) },
            FromId = data.EventAt(4_000),
            ToId = data.EventAt(4_100),
            Types = new[] { "ticket.created", "ticket.updated" },
            Seqs = new long[] { 1_100, 2_000 },
            EndpointIds = new long[] { 5, 7 },
            Places = new[] { 4, 4 },
            Now = DateTime.UtcNow,
            Until = DateTime.UtcNow.AddSeconds(20),
            MostPutOff = 1000,
            Status = (short?)2,
            Before = long.MaxValue,
            Ids = new long[] { 4096, 8192 },
            HeldUntil = new[] { DateTime.UtcNow, DateTime.UtcNow },
            Numbers = new[] { 1, 1 },
            DueAt = new DateTime?[] { null, null },
            At = new[] { DateTime.UtcNow, DateTime.UtcNow },
            ResponseStatuses = new int?[] { 204, 204 },
            Latencies = new[] { 30, 30 },
            Bodies = new string?[] { null, null },
            Errors = new string?[] { null, null },
            Successes = new[] { true, true },
            Counted = new[] { false, false },
            QuietUntil = new DateTime?[] { null, null },
        };
        await AssertReadsAsync(new Statement(text, args), settled: false, indexes);
        // An update that finds no row of the wanted version ends the transaction, so it cannot run until a plan is settled.
        if (name != "TicketWriter.UpdateSql")
            await AssertReadsAsync(new Statement(text, args), settled: true, indexes);
    }

    /// <summary>The plan inside of the function, as the server's role gets it.</summary>
    [Theory]
    [InlineData("'{0}lamp':* & '{0}word42':*")]
    [InlineData("'{0}rare12345'")]
    public async Task A_search_reads_the_indexes_of_words_and_subjects(string words)
    {
        var query = string.Format(words, new SearchScope(data.TenantId, IsTest: false).Prefix);
        var plan = await PlanInsideAsync($"select count(*) from tickets.found({data.TenantId}, false, $q${query}$q$::tsquery, '%abc%', 42, 10000)", "tickets.message");
        Assert.Contains("message_words", plan);
        Assert.Contains("message_subject", plan);
        Assert.Contains("ticket_number_key", plan);
        Assert.DoesNotContain("Seq Scan", plan);
    }

    /// <summary>The sweep steps along its index, and reads no more of it than it makes steps.</summary>
    [Fact]
    public async Task The_sweep_for_deliveries_steps_along_its_index()
    {
        var plan = await PlanInsideAsync("select count(*) from webhooks.due_endpoints(0, 0, now(), 20)", "webhooks.delivery");
        Assert.Contains("delivery_due", plan);
        Assert.DoesNotContain("Seq Scan", plan);
        Assert.Matches(@"WorkTable Scan on waiting[^\n]*loops=(1[0-9]|2[0-9])\b", plan);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_list_of_a_search_looks_its_tickets_up(bool settled) =>
        await AssertReadsAsync(TicketListTexts.Of(All with { Q = "rare12345" }, false, null, data.TenantId)[0], settled, "ticket_pkey");

    /// <summary>How a function that a statement calls reads a table, with what it counted meanwhile.</summary>
    private async Task<string> PlanInsideAsync(string sql, string table)
    {
        var plans = new List<string>();
        await using var connection = new NpgsqlConnection(data.App.OwnerConnectionString);
        await connection.OpenAsync();
        connection.Notice += (_, notice) => plans.Add(notice.Notice.MessageText);
        await using var command = new NpgsqlCommand($"""
            load 'auto_explain';
            set auto_explain.log_min_duration = 0;
            set auto_explain.log_analyze = on;
            set auto_explain.log_nested_statements = on;
            set auto_explain.log_level = notice;
            set client_min_messages = notice;
            set role helpdesk_app;
            begin;
            select kernel.use_tenant({data.TenantId});
            {sql};
            commit
            """, connection);
        await command.ExecuteNonQueryAsync();
        var plan = Assert.Single(plans, text => text.Contains(table, StringComparison.Ordinal));
        output.WriteLine(plan);
        return plan;
    }

    private async Task<IEnumerable<string?>> AssertReadsAsync(Statement statement, bool settled, params string[] indexes)
    {
        await using var session = await ServerSession.OpenAsync(data.App.ServerConnectionString);
        await session.UseTenantAsync(data.TenantId);
        var plan = await session.PlanAsync(statement, settled);
        output.WriteLine(statement.Sql);
        output.WriteLine(plan.ToString());
        var nodes = Nodes(plan).ToArray();
        var read = nodes.Select(node => Text(node, "Index Name")).OfType<string>().ToArray();
        var types = nodes.Select(node => Text(node, "Node Type")).ToArray();
        Assert.DoesNotContain("Seq Scan", types);
        Assert.DoesNotContain(types, type => type!.StartsWith("Gather", StringComparison.Ordinal));
        foreach (var index in indexes)
            Assert.Contains(index, read);
        return types;
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement plan) =>
        plan.TryGetProperty("Plans", out var below) ? below.EnumerateArray().SelectMany(Nodes).Prepend(plan) : [plan];

    private static string? Text(JsonElement node, string member) => node.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static TheoryData<string, bool> Both(IEnumerable<string> names)
    {
        var both = new TheoryData<string, bool>();
        foreach (var name in names)
        {
            both.Add(name, false);
            both.Add(name, true);
        }

        return both;
    }
}
