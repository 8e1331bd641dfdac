namespace Helpdesk.Tickets.Tests;

/// <summary>New words are found at once, and merged into the search index a little later. Other tests would write more of them, so these run by themselves.</summary>
[CollectionDefinition(nameof(WordMergerTests), DisableParallelization = true)]
public sealed class WordMergerCollection;

[Collection(nameof(WordMergerTests))]
public sealed class WordMergerTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    // How much of the list was left to merge. It is merged by the question.
    private const string LeftSql = "select gin_clean_pending_list('tickets.message_words') + gin_clean_pending_list('tickets.message_subject')";

    [Fact]
    public async Task What_was_written_is_found_before_and_after_its_words_are_merged()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync("The elevator");
        (await client.ReplyAsync(ticket, new { body = "A quokka is in it." })).Created();
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=quokka"));
        Assert.True(await IsMergedAsync());
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=quokka"));

        (await client.UpdateAsync(ticket, new { subject = "The paternoster" })).Expect(200);
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=paternoster"));
        Assert.True(await IsMergedAsync());
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=paternoster"));

        // The question would have had something to merge, but for the server, which may be faster once, and not five times.
        var left = 0L;
        for (var tries = 0; left == 0 && tries < 5; tries++)
        {
            await client.TicketAsync("The stairs");
            left = await LeftAsync();
        }

        Assert.NotEqual(0, left);

        async Task<bool> IsMergedAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            return await LeftAsync() == 0;
        }
    }

    private async Task<long> LeftAsync() => Assert.Single(await app.OwnerQueryAsync<long>(LeftSql));
}
