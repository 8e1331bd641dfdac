using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Helpdesk.Host.Commands;
using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Tests;

public sealed class DeskApplyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IDisposable
{
    private const string Whole = """
        queues:
          - slug: support
            sort_order: 5
          - slug: billing
            name: "Billing: and refunds"
            description: Invoices, refunds, payment.
            assignment_policy: round_robin
        agents:
          - email: Ada@Acme.example
            name: Ada Okafor
            role: lead
            queues: [support, billing]
          - {email: ben@acme.example, name: Ben Lindqvist, queues: [billing]}
        help_topics:
          - slug: refund
            name: Refund
            queue: billing
            default_priority: high
            custom_fields:
              - {key: order_number, label: Order number, type: text, required: true}
              - {key: reason, label: Reason, type: select, options: [late, "no"]}
        tags:
          - {slug: vip, name: VIP, color: "#7C3AED"}
        canned_responses:
          - slug: on-its-way
            title: On its way
            queue: billing
            body_md: |
              Hello {{requester.first_name}},

              your parcel is on its way.
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("helpdesk-desk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Sets_up_a_desk_and_a_second_time_changes_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var first = await ApplyAsync(tenant, Whole);
        Assert.Equal(0, first.Code);
        Assert.EndsWith("added 6, changed 1\n", first.Said, StringComparison.Ordinal);
        Assert.Contains("~ queue support\n    sort_order: 10 -> 5\n", first.Said, StringComparison.Ordinal);
        Assert.Contains("+ agent ada@acme.example\n", first.Said, StringComparison.Ordinal);
        Assert.Contains("    queues: [\"billing\",\"support\"]\n", first.Said, StringComparison.Ordinal);

        var client = await tenant.ClientAsync();
        var topic = (await client.GetAsync("help-topics")).Ok()[0];
        var billing = (await client.GetAsync("queues")).Ok().EnumerateArray().Single(queue => queue.GetProperty("slug").GetString() == "billing");
        Assert.Equal(billing.GetProperty("id").GetInt64(), topic.GetProperty("queue_id").GetInt64());
        Assert.Equal("high", topic.GetProperty("default_priority").GetString());
        Assert.Equal("""["late","no"]""", topic.GetProperty("custom_fields")[1].GetProperty("options").GetRawText());
        Assert.Equal(2, billing.GetProperty("agent_ids").GetArrayLength());
        var canned = (await client.GetAsync("canned-responses")).Ok()[0];
        Assert.Equal("Hello {{requester.first_name}},\n\nyour parcel is on its way.", canned.GetProperty("body_md").GetString());
        Assert.Equal("#7c3aed", (await client.GetAsync("tags")).Ok()[0].GetProperty("color").GetString());

        Assert.Equal("up to date\n", (await ApplyAsync(tenant, Whole)).Said);
        Assert.Equal(["queue.updated by operator: {\"sort_order\": {\"to\": 5, \"from\": 10}} "],
            (await tenant.EventsAsync("queue")).Where(happened => happened.StartsWith("queue.updated", StringComparison.Ordinal)));
        Assert.Equal(2, (await tenant.EventsAsync("agent")).Count);
    }

    [Fact]
    public async Task A_dry_run_tells_the_difference_and_writes_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var before = await app.OwnerQueryAsync<long>("select count(*) from log.event where tenant_id = @Id", new { tenant.Id });
        var run = await ApplyAsync(tenant, Whole, "--dry-run");
        Assert.Equal(0, run.Code);
        Assert.EndsWith("6 to add, 1 to change; nothing was written\n", run.Said, StringComparison.Ordinal);
        Assert.Contains("    queue: \"billing\"\n", run.Said, StringComparison.Ordinal);
        Assert.Equal(before, await app.OwnerQueryAsync<long>("select count(*) from log.event where tenant_id = @Id", new { tenant.Id }));
        Assert.Equal(1, (await (await tenant.ClientAsync()).GetAsync("queues")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task An_export_applied_again_changes_nothing_and_applied_elsewhere_makes_the_same_desk()
    {
        var (tenant, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        await ApplyAsync(tenant, Whole);
        await ApplyAsync(tenant, """
            tags:
              - {slug: "on", name: "yes", color: "#000000"}
              - {slug: "7", name: "  : #- 12"}
            canned_responses:
              - {slug: odd, title: "null", body_md: " leading\n\ttab \n\n\n- {{x}} # no: comment\\ \"q\" ' é 😀"}
              - {slug: odd-end, title: "true", body_md: "ends with blank \n \n"}
            """);
        var exported = await RunAsync("desk", "export", "--tenant", tenant.Slug);
        Assert.Equal(0, exported.Code);
        Assert.StartsWith($"tenant: {tenant.Slug}\n", exported.Said, StringComparison.Ordinal);

        Assert.Equal("up to date\n", (await ApplyAsync(null, exported.Said)).Said);
        Assert.Equal(0, (await ApplyAsync(other, exported.Said)).Code);
        Assert.Equal(exported.Said.Replace(tenant.Slug, other.Slug, StringComparison.Ordinal), (await RunAsync("desk", "export", "--tenant", other.Slug)).Said);
    }

    [Fact]
    public async Task Takes_out_of_use_and_moves_the_default_but_deletes_nothing()
    {
        var tenant = await app.NewTenantAsync();
        await ApplyAsync(tenant, Whole);
        var run = await ApplyAsync(tenant, """
            queues:
              - {slug: billing, is_default: true}
              - {slug: support, is_active: false}
            agents:
              - {email: BEN@acme.example, is_active: false, queues: []}
            help_topics:
              - {slug: refund, is_active: false, queue: null}
            canned_responses:
              - {slug: on-its-way, is_active: false}
            """);
        Assert.EndsWith("added 0, changed 5\n", run.Said, StringComparison.Ordinal);
        Assert.Contains("    is_default: true -> false\n", run.Said, StringComparison.Ordinal);

        var client = await tenant.ClientAsync();
        Assert.Equal("billing", (await client.TicketAsync()).GetProperty("queue").GetProperty("slug").GetString());
        Assert.Equal(0, (await client.GetAsync("help-topics")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal(1, (await client.GetAsync("agents?is_active=false")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal(2, (await client.GetAsync("queues")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Says_what_other_apis_show_and_whose_tickets_nobody_wants()
    {
        var tenant = await app.NewTenantAsync();
        const string file = """
            queues:
              - {slug: legal, name: Legal, is_public: false}
            help_topics:
              - {slug: question, name: Question, is_default: true}
              - {slug: task, name: Task, is_internal: true}
            blocked_senders: [Spam@Mail.example, a@b.example, spam@mail.example]
            """;
        var first = await ApplyAsync(tenant, file);
        Assert.EndsWith("added 3, changed 1\n", first.Said, StringComparison.Ordinal);
        Assert.Contains("~ setting blocked_senders\n    addresses: [] -> [\"a@b.example\",\"spam@mail.example\"]\n", first.Said, StringComparison.Ordinal);
        Assert.Equal("up to date\n", (await ApplyAsync(tenant, file)).Said);

        var moved = await ApplyAsync(tenant, "help_topics: [{slug: task, is_default: true, is_internal: false}]\nblocked_senders: []");
        Assert.Contains("~ help topic question\n    is_default: true -> false\n", moved.Said, StringComparison.Ordinal);
        Assert.Contains("    is_internal: true -> false\n", moved.Said, StringComparison.Ordinal);
        Assert.Contains("    addresses: [\"a@b.example\",\"spam@mail.example\"] -> []\n", moved.Said, StringComparison.Ordinal);
        Assert.Equal("up to date\n", (await ApplyAsync(null, (await RunAsync("desk", "export", "--tenant", tenant.Slug)).Said)).Said);
    }

    [Fact]
    public async Task The_default_topic_is_one_and_in_use_whatever_the_file_leaves_out()
    {
        var tenant = await app.NewTenantAsync();
        await ApplyAsync(tenant, "help_topics: [{slug: question, name: Question, is_default: true}, {slug: task, name: Task, is_active: false}]");
        foreach (var (file, why) in new[]
        {
            ("help_topics: [{slug: question, is_active: false}]", "help_topics[0].is_active must be true for the default help topic."),
            ("help_topics: [{slug: task, is_default: true}]", "help_topics[0].is_active must be true for the default help topic."),
            ("help_topics: [{slug: question, is_default: true}, {slug: task, is_active: true, is_default: true}]", "help_topics[1].is_default is true for another help topic too."),
            ("queues: [{slug: support, is_default: true}, {slug: a, name: A, is_default: true}]", "queues[1].is_default is true for another queue too."),
        })
        {
            var run = await ApplyAsync(tenant, file);
            Assert.Equal((1, $"{run.Path}: {why}\n"), (run.Code, run.Complained));
        }

        Assert.Equal("up to date\n", (await ApplyAsync(tenant, "help_topics: [{slug: question, is_default: true, is_active: true}, {slug: task, is_active: false}]")).Said);
        var moved = await ApplyAsync(tenant, "help_topics: [{slug: question, is_active: false}, {slug: task, is_active: true, is_default: true}]");
        Assert.EndsWith("added 0, changed 2\n", moved.Said, StringComparison.Ordinal);
        Assert.Equal("up to date\n", (await ApplyAsync(null, (await RunAsync("desk", "export", "--tenant", tenant.Slug)).Said)).Said);
    }

    [Theory]
    [InlineData("queues: [{slug: Upper, name: x}]", "queues[0].slug must be lower-case letters and digits joined by single hyphens, at most 64 characters.")]
    [InlineData("queues: [{slug: new}]", "queues[0].name is required for a new queue.")]
    [InlineData("queues: [{slug: a, name: x}, {slug: a, name: y}]", "queues[1].slug is there twice.")]
    [InlineData("queues: [{slug: support, is_active: false}]", "queues would leave no active default queue: tickets need one to go to.")]
    [InlineData("queues: [{slug: support, is_default: false}]", "queues would leave no active default queue: tickets need one to go to.")]
    [InlineData("queues: [{slug: support, sort_order: 100001}]", "queues[0].sort_order must be between 0 and 100000.")]
    [InlineData("queues: [{slug: support, sort_order: high}]", "queues[0].sort_order has a value of the wrong type.")]
    [InlineData("queues: [{slug: support, is_active: maybe}]", "queues[0].is_active has a value of the wrong type.")]
    [InlineData("queues: [{slug: support, is_active: }]", "queues[0].is_active must not be null.")]
    [InlineData("queues: [{slug: support, assignment_policy: luck}]", "queues[0].assignment_policy must be one of round_robin, fewest_open, manual.")]
    [InlineData("queues: [{slug: support, polcy: manual}]", "queues[0].polcy is unknown.")]
    [InlineData("queues: [null]", "queues[0] is required.")]
    [InlineData("queues: none", "queues has a value of the wrong type.")]
    [InlineData("queue: []", "queue is unknown.")]
    [InlineData("agents: [{name: x}]", "agents[0].email is required.")]
    [InlineData("agents: [{email: nobody, name: x}]", "agents[0].email must be an e-mail address.")]
    [InlineData("agents: [{email: a@b.example, name: x, role: boss}]", "agents[0].role must be agent or lead.")]
    [InlineData("agents: [{email: a@b.example, name: x, queues: [support, gone]}]", "agents[0].queues[1] names the queue 'gone', which there is not.")]
    [InlineData("help_topics: [{slug: t, name: x, queue: gone}]", "help_topics[0].queue names the queue 'gone', which there is not.")]
    [InlineData("help_topics: [{slug: t, name: x, default_priority: 1}]", "help_topics[0].default_priority must be one of urgent, high, normal, low.")]
    [InlineData("help_topics: [{slug: t, name: x, custom_fields: [{key: A, label: l}]}]", "help_topics[0].custom_fields[0].key must be lower-case letters, digits and underscores, at most 64.")]
    [InlineData("help_topics: [{slug: t, name: x, custom_fields: [{key: a, label: l, type: select}]}]", "help_topics[0].custom_fields[0].options must have 1 to 100 values for a select field.")]
    [InlineData("help_topics: [{slug: t, name: x, is_default: true, is_active: false}]", "help_topics[0].is_active must be true for the default help topic.")]
    [InlineData("help_topics: [{slug: t, name: x, is_default: true}, {slug: u, name: y, is_default: true}]", "help_topics[1].is_default is true for another help topic too.")]
    [InlineData("blocked_senders: [a@b.example, everybody]", "blocked_senders[1] must be an e-mail address.")]
    [InlineData("tags: [{slug: t}]", "tags[0].name is required for a new tag.")]
    [InlineData("tags: [{slug: t, name: x, color: red}]", "tags[0].color must be a colour such as #dc2626.")]
    [InlineData("canned_responses: [{slug: c, title: x}]", "canned_responses[0].body_md is required for a new canned response.")]
    [InlineData("canned_responses: [{slug: c, title: x, body_md: b, queue: gone}]", "canned_responses[0].queue names the queue 'gone', which there is not.")]
    public async Task Names_the_file_and_the_member_at_fault(string yaml, string fault)
    {
        var tenant = await app.NewTenantAsync();
        var path = Path.Combine(_folder, "desk.yaml");
        await File.WriteAllTextAsync(path, yaml);
        await using var deployment = await Deployment.OpenAsync(
            Settings.Read(new("ConnectionStrings:Helpdesk", app.ServerConnectionString), new("ConnectionStrings:HelpdeskOwner", app.OwnerConnectionString)),
            CancellationToken.None);
        await using var session = await OperatorSession.OpenAsync(deployment, CancellationToken.None);
        var of = await session.TenantAsync(tenant.Slug, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<OperatorException>(async () => await DeskCommand.ApplyAsync(
            session, of, path, await DeskFile.ReadAsync(path, CancellationToken.None), dryRun: false, CancellationToken.None));
        Assert.Equal($"{path}: {fault}", refusal.Message);
    }

    [Fact]
    public async Task Tells_all_faults_together_and_then_writes_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var run = await ApplyAsync(tenant, """
            queues: [{slug: good, name: Good}]
            agents: [{email: a@b.example, name: x, role: boss}]
            tags: [{slug: t}]
            canned_responses: [{slug: c}]
            """);
        Assert.Equal(["agents[0].role", "tags[0].name", "canned_responses[0].title", "canned_responses[0].body_md"],
            run.Complained.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(run.Path.Length + 2)..].Split(' ')[0]));
        Assert.Equal(1, (await (await tenant.ClientAsync()).GetAsync("queues")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Reads_json_too()
    {
        var tenant = await app.NewTenantAsync();
        var run = await ApplyAsync(tenant, """{"tags": [{"slug": "vip", "name": "VIP"}]}""", extension: ".json");
        Assert.Equal((0, "+ tag vip\n    slug: \"vip\"\n    name: \"VIP\"\n    color: \"#6b7280\"\nadded 1, changed 0\n"), (run.Code, run.Said));
        var broken = await ApplyAsync(tenant, """{"tags": [""", extension: ".json");
        Assert.Equal(1, broken.Code);
        Assert.StartsWith(broken.Path + ": ", broken.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_a_file_that_is_none()
    {
        var tenant = await app.NewTenantAsync();
        Assert.StartsWith("/nowhere/desk.yaml: ", (await RunAsync("desk", "apply", "/nowhere/desk.yaml", "--tenant", tenant.Slug)).Complained, StringComparison.Ordinal);
        Assert.Matches(@"desk\.yaml: line \d, column \d+: ", (await ApplyAsync(tenant, "tags:\n  - {slug: [")).Complained);
        Assert.Contains("line 1", (await ApplyAsync(tenant, "{tags: [], tags: []}")).Complained, StringComparison.Ordinal);
        Assert.EndsWith(": is empty.\n", (await ApplyAsync(tenant, "# nothing\n")).Complained, StringComparison.Ordinal);
        Assert.EndsWith(": names no tenant; give --tenant.\n", (await ApplyAsync(null, "tags: []")).Complained, StringComparison.Ordinal);
        Assert.Equal("There is no tenant 'nobody'. See 'tenants list'.\n", (await ApplyAsync(null, "tenant: nobody")).Complained);
    }

    [Theory]
    [InlineData("a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*e,*e,*e,*e]")]
    [InlineData("? [a, b]\n: c")]
    [InlineData("a: 1\n---\nb: 2")]
    public void Refuses_yaml_that_no_desk_is(string yaml) => Assert.Throws<YamlDotNet.Core.YamlException>(() => YamlText.ToJson(yaml));

    [Fact]
    public void Refuses_yaml_that_is_too_deep() =>
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => YamlText.ToJson(new string('[', 300) + new string(']', 300)));

    [Fact]
    public void Any_text_survives_yaml()
    {
        string[] pieces = ["a", "B7", " ", "  ", "\n", "\t", "\r", ":", ": ", "#", " #", "-", "- ", "'", "\"", "\\", "{", "}", "[", "]", "|", ">", "%", "@", "&", "*", "!", "~", "null", "true", "no", "1", "0x1", "1e3", ".5", "é", "漢", "😀", "\u0085", "\u2028", "\u0007", "..."];
        for (var number = 0; number < 5_000; number++)
        {
            var random = new Random(number);
            var text = string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => pieces[random.Next(pieces.Length)]));
            var yaml = YamlText.Of(new JsonObject { ["text"] = text, ["list"] = new JsonArray(text), ["number"] = 7, ["yes"] = true });
            var back = JsonDocument.Parse(YamlText.ToJson(yaml)).RootElement;
            Assert.True(back.GetProperty("text").GetString() == text && back.GetProperty("list")[0].GetString() == text,
                $"Case {number}: {JsonSerializer.Serialize(text)}\n{yaml}");
            Assert.Equal("7 True", $"{back.GetProperty("number")} {back.GetProperty("yes")}");
        }
    }

    private async Task<Run> ApplyAsync(TestTenant? tenant, string text, string? option = null, string extension = ".yaml")
    {
        var path = Path.Combine(_folder, "desk" + extension);
        await File.WriteAllTextAsync(path, text);
        string[] words = ["desk", "apply", path, .. tenant is null ? (string[])[] : ["--tenant", tenant.Slug], .. option is null ? (string[])[] : [option]];
        return await RunAsync(words) with { Path = path };
    }

    /// <summary>Runs the program itself, as an operator would beside the running server.</summary>
    private async Task<Run> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Host.dll"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__Helpdesk"] = app.ServerConnectionString, ["ConnectionStrings__HelpdeskOwner"] = app.OwnerConnectionString },
        };
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Run("", process.ExitCode, await said, await complained);
    }

    private sealed record Run(string Path, int Code, string Said, string Complained);
}
