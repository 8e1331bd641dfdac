namespace Helpdesk.AI.Tests;

/// <summary>The real provider, where the environment holds a key for it: that requests are taken and answers are read. Costs a cent.</summary>
public sealed class LiveTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Variable = "HELPDESK_AI_LIVE_KEY";

    [LiveFact]
    public async Task The_provider_answers_every_hook()
    {
        await using var server = await AnotherServer.StartAsync(app, ("Helpdesk:DataFolder", app.DataFolder));
        var (tenant, _) = await app.AskingTenantAsync(usual => usual with { Key = Environment.GetEnvironmentVariable(Variable), CapUsd = 1 });
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        await client.TicketAsync();
        foreach (var hook in Asking.Good.Keys)
        {
            var body = $$"""{"ticket_id":{{ticket.Id()}},"intent":"Say that the parcel is on its way","question":"What happened?"}""";
            (await client.SendAsync(HttpMethod.Post, $"ai/{hook}", body, null, configure: server.Here)).Answered();
        }

        (await client.SendAsync(HttpMethod.Get, "ai/knowledge-gaps", null, null, configure: server.Here)).Answered();
    }

    private sealed class LiveFactAttribute : FactAttribute
    {
        public LiveFactAttribute() => Skip = string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? $"{Variable} is not set." : null;
    }
}
