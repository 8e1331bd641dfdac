using Helpdesk.Desk;

namespace Helpdesk.Headoni.Tests;

public sealed class LlmsTextTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Describes_the_desk_to_anybody()
    {
        var tenant = await app.NewTenantAsync();
        var (queue, topic) = (await tenant.QueueAsync("billing"), await tenant.TopicAsync("question"));
        await tenant.DefaultTypeAsync("question");
        var reply = (await new HeadoniClient(app, tenant.Slug, null).GetAsync("/llms.txt")).Expect(200);
        Assert.Equal("text/plain; charset=utf-8", reply.Headers["Content-Type"]);
        foreach (var expected in new[]
        {
            $"Base URL: http://{tenant.Slug}.headoni.localhost/api/v1\n", tenant.Tenant.Name, $"- {queue.Id}: Queue billing\n", ": Support (default)\n",
            $"- {topic.Id}: Topic question (default)\n", "POST /tickets", "GET /tickets/{idOrNumber}", "tickets:read", "awaiting_reply",
        })
        {
            Assert.Contains(expected, reply.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Awaiting Parts", reply.Text, StringComparison.Ordinal);
        foreach (var error in Codes)
            Assert.Contains($"`{error}`", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_nothing_that_is_private()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.QueueAsync("legal");
        await tenant.TopicAsync("task");
        await tenant.ApplyAsync(new QueueEntry("legal", default, default, default, default, default, default, false));
        await tenant.ApplyAsync(new HelpTopicEntry("task", default, default, default, default, default, default, true));
        var text = (await new HeadoniClient(app, tenant.Slug, null).GetAsync("/llms.txt")).Expect(200).Text;
        Assert.DoesNotContain("legal", text, StringComparison.Ordinal);
        Assert.DoesNotContain("task", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_there_without_a_desk_and_on_hosts_of_other_dialects()
    {
        (await new HeadoniClient(app, "nobody-has-this", null).GetAsync("/llms.txt")).Refused(404, "desk_not_found");
        var native = new ApiClient(app, (await app.NewTenantAsync()).Slug, null);
        Assert.Equal((404, ""), await native.GetAsync("/llms.txt") is var reply ? (reply.Status, reply.Text) : default);
    }

    // What the contract lists, beside the refusals of the server's own making.
    private static readonly string[] Codes =
    [
        "invalid_body", "invalid_query", "invalid_id", "invalid_status", "department_not_found", "ticket_type_not_found", "unauthenticated",
        "insufficient_scope", "token_desk_mismatch", "ticket_not_found", "not_found", "desk_not_found", "method_not_allowed", "payload_too_large", "internal_error",
    ];
}
