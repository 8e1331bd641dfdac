namespace Helpdesk.Tickets.Tests;

public sealed class CreateTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Creates_a_ticket_from_a_subject_and_a_body()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await Verify(await client.PostAsync("tickets", new { subject = "  Help\nneeded ", body = "The lamp *flickers*." }));
    }
}
