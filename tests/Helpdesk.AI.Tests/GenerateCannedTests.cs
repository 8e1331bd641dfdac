using Helpdesk.Canned;

namespace Helpdesk.AI.Tests;

public sealed class GenerateCannedTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Keeps_the_placeholders_that_there_are_and_no_others()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(new { template = "Hello {{ requester.first_name }}, {{requester.password}}{{#each x}}{{{ticket.reference}}} {{> partial}} {{agent.name}}" }));
        var answer = (await (await tenant.ClientAsync()).AskAsync("canned-generate", new { intent = "Say hello" })).Answered();
        Assert.Equal("Hello {{requester.first_name}}, {{#each x}}{{ticket.reference}} {{> partial}} {{agent.name}}", answer.GetProperty("text").GetString());
        Assert.Equal("Say hello", key.Asked.Last().Of("intent")[0].GetString());
    }

    [Fact]
    public async Task What_a_placeholder_held_apart_is_harmless_without_it()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(new { template = "https:{{x}}//evil.example [x]{{x}}(//evil.example) w{{x}}ww.evil.example {\u200b{x}}" }));
        var client = await tenant.ClientAsync();
        var text = (await client.AskAsync("canned-generate", new { intent = "Say hello" })).Answered().GetProperty("text").GetString();
        Assert.Equal("https[:]//evil.example [x] (//evil.example) www[.]evil.example", text);
        key.Always(ModelReply.Tool(new { template = "{{x}}" }));
        (await client.AskAsync("canned-generate", new { intent = "Say hello" })).Declined("malformed_json");
    }

    [Fact]
    public async Task Every_placeholder_that_is_offered_has_a_value_when_the_response_is_used()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(new { template = string.Join("|", GenerateCannedHandler.Placeholders.Select(name => $"{{{{{name}}}}}")) }));
        var client = await tenant.ClientAsync();
        var template = (await client.AskAsync("canned-generate", new { intent = "All of them" })).Answered().GetProperty("text").GetString()!;
        var agent = await tenant.AgentAsync("Ada");
        var canned = await tenant.SendAsync(new CreateCannedResponse("all", "All", template, null, true, 100));
        var ticket = await client.TicketAsync();
        while ((await client.GetAsync($"agents/{agent.Id}")).Status != 200)
            await Task.Delay(20);
        var sent = (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { canned_response_id = canned.Id, agent_id = agent.Id })).Created();
        Assert.All(sent.GetProperty("body_md").GetString()!.Split('|'), value => Assert.NotEqual("", value));
    }

    [Fact]
    public async Task The_model_is_told_of_every_placeholder()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["canned-generate"]));
        (await (await tenant.ClientAsync()).AskAsync("canned-generate", new { intent = "Say hello" })).Answered();
        Assert.Equal(10, key.Asked.Last().Of("placeholder").Length);
    }
}
