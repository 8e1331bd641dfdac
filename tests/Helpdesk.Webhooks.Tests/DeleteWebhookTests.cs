namespace Helpdesk.Webhooks.Tests;

public sealed class DeleteWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Deletes_one_for_good_with_what_waits_for_it()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url, "ticket.created")).Id();
        await client.TicketAsync();
        var delivery = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed"))[0].Id();

        await Verify(await client.PostTwelveTimesAsync($"{Hooking.Path}/{id}/delete"));

        (await client.GetAsync($"{Hooking.Path}/{id}")).Refused(404, "webhook_not_found");
        (await client.PostAsync($"{Hooking.Path}/{id}/delete")).Refused(404, "webhook_not_found");
        (await client.PostAsync($"{Hooking.Path}/deliveries/{delivery}/replay")).Refused(404, "delivery_not_found");
        (await client.GetAsync($"{Hooking.Path}/deliveries/{delivery}/attempts")).Refused(404, "delivery_not_found");
        Assert.Equal($$"""webhook.deleted by test key:  {"url": "{{hook.Url}}"}""", (await tenant.EventsAsync("webhook"))[^1]);
        await tenant.HurryAsync();
        await Hooking.UntilAsync(async () => (await app.OwnerQueryAsync<bool>(
            "select due_at is null from webhooks.delivery where tenant_id = @Id", new { tenant.Id })).Single(), () => "the delivery still waits");
        Assert.Single(hook.Calls);
    }
}
