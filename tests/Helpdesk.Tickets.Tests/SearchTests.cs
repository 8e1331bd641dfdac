namespace Helpdesk.Tickets.Tests;

public sealed class SearchTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Finds_words_of_messages_and_notes()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var (a, b, c) = (await client.TicketAsync("One", new { body = "Apples and pears" }), await client.TicketAsync("Two"), await client.TicketAsync("Three"));
        (await client.ReplyAsync(b, new { body = "No apples today" })).Created();
        (await client.ReplyAsync(c, new { body = "Bought the Apple tree", @internal = true })).Created();
        (await client.ReplyAsync(c, new { body = "pears too", @as = "requester" })).Created();
        (await client.PostAsync($"tickets/{a.Id()}/status", new { status = "open", note = "plums" })).Ok();

        Assert.Equal([c.Id(), b.Id(), a.Id()], await client.ListedAsync("q=apple"));
        Assert.Equal([c.Id(), b.Id(), a.Id()], await client.ListedAsync("q=APPL"));
        Assert.Equal([a.Id()], await client.ListedAsync("q=pears%20apples"));
        Assert.Equal([a.Id()], await client.ListedAsync("q=plum"));
        Assert.Equal([b.Id()], await client.ListedAsync("q=today"));
        Assert.Empty(await client.ListedAsync("q=cherries"));
        Assert.Equal(3, await client.TotalAsync("q=apple"));
    }

    [Theory]
    [InlineData("organization")]
    [InlineData("generally")]
    [InlineData("happiness")]
    [InlineData("invoices")]
    [InlineData("Müllabfuhr")]
    [InlineData("универсальный")]
    public async Task Finds_a_word_by_every_beginning_of_it(string word)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync("Other", new { body = $"It is about {word}, you know." });
        for (var length = 2; length <= word.Length; length++)
        {
            foreach (var q in (string[])[word[..length], word[..length].ToUpperInvariant()])
                Assert.True((await client.ListedAsync("q=" + Uri.EscapeDataString(q))).SequenceEqual([ticket.Id()]), q);
        }
    }

    [Theory]
    [InlineData("the")]
    [InlineData("not")]
    [InlineData("who")]
    public async Task Finds_little_words_too(string word)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync("Other", new { body = $"Lamp {word} shines" });
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=" + word));
    }

    [Theory]
    [InlineData("bob.smith+x@acme.example")]
    [InlineData("acme.example")]
    [InlineData("https://shop.example/a/b?c=1&d=2#e")]
    [InlineData("shop.example/a")]
    [InlineData("/etc/passwd")]
    [InlineData("555-1234")]
    [InlineData("2026-01-31")]
    [InlineData("3.14")]
    [InlineData("-273.15")]
    [InlineData("v1.2.3")]
    [InlineData("1e5")]
    [InlineData("ERR_CONNECTION_RESET")]
    [InlineData("0x80070005")]
    [InlineData("re-open")]
    [InlineData("don't")]
    [InlineData("<b>bold</b>")]
    [InlineData("&amp;")]
    [InlineData("“quoted”")]
    [InlineData("naïve")]
    [InlineData("Straße")]
    [InlineData("Привет")]
    [InlineData("שלום עולם")]
    [InlineData("مرحبا")]
    [InlineData("日本語")]
    [InlineData("हिन्दी")]
    [InlineData("🙂 smile")]
    public async Task Finds_what_stands_in_a_message_by_the_same_text(string text)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync("Other", new { body = $"See {text} there." });
        await client.TicketAsync("Another");
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=" + Uri.EscapeDataString(text)));

        var noted = await client.TicketAsync("Third");
        (await client.ReplyAsync(noted, new { body = $"({text})", @internal = true })).Created();
        Assert.Equal([noted.Id(), ticket.Id()], await client.ListedAsync("q=" + Uri.EscapeDataString(text)));
    }

    [Theory]
    [InlineData("ickers in")]
    [InlineData("FLICK")]
    [InlineData("50%")]
    [InlineData("% o")]
    [InlineData("_lamp")]
    [InlineData("p_1")]
    [InlineData("\\n")]
    [InlineData("'quo")]
    [InlineData("\"dou")]
    [InlineData("&|!")]
    [InlineData("():*")]
    [InlineData("<->")]
    [InlineData("ünïcö")]
    [InlineData("ÜNÏCÖ")]
    [InlineData("лампа")]
    [InlineData("ЛАМПА")]
    [InlineData("שלו")]
    [InlineData("🙂")]
    [InlineData("-- ;")]
    public async Task Finds_fragments_of_the_subject(string q)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync("Flickers in 50% of _lamp_1 \\n 'quoted' \"double\" &|!():* <-> ünïcödé Лампа שלום 🙂 -- ;");
        await client.TicketAsync("Something else");
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=" + Uri.EscapeDataString(q)));
    }

    [Theory]
    [InlineData("HD-000002")]
    [InlineData("hd-000002")]
    [InlineData("%20Hd-000002%20")]
    public async Task Finds_a_reference_in_any_letter_case(string q)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync();
        var ticket = await client.TicketAsync();
        await client.TicketAsync();
        Assert.Equal([ticket.Id()], await client.ListedAsync("q=" + q));
        Assert.Equal(1, await client.TotalAsync("q=" + q));
    }

    [Theory]
    [InlineData("%25%25")]
    [InlineData("__")]
    [InlineData("%27%27")]
    [InlineData("%22%22")]
    [InlineData("%5C%5C")]
    [InlineData("%26%7C!()%3A*")]
    [InlineData("a%20%26")]
    [InlineData("!lamp%3A*%20%7C%20x")]
    [InlineData("lamp%3AA%20%3C2%3E%20x")]
    [InlineData("%F0%9F%99%82")]
    [InlineData("%ED%A0%80%ED%A0%80")]
    [InlineData("HD-99999999999")]
    public async Task Signs_that_mean_something_elsewhere_find_only_themselves(string q)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync("Plain words", new { body = "Nothing special" });
        Assert.Empty(await client.ListedAsync("q=" + q));
    }

    [Fact]
    public async Task Follows_the_subject()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync("Broken kettle", new { body = "Still under warranty" });
        (await client.ReplyAsync(ticket, new { body = "Send it in" })).Created();
        (await client.UpdateAsync(ticket, new { subject = "Broken toaster" })).Ok();

        foreach (var q in (string[])["toaster", "oast", "broken%20warranty", "warranty", "send"])
            Assert.Equal([ticket.Id()], await client.ListedAsync("q=" + q));
        foreach (var q in (string[])["kettle", "ettl", "kettle%20warranty"])
            Assert.Empty(await client.ListedAsync("q=" + q));
    }

    [Fact]
    public async Task Goes_together_with_the_other_filters()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var (low, high) = (await client.TicketAsync(more: new { priority = "low" }), await client.TicketAsync(more: new { priority = "high" }));
        (await client.MoveAsync(low, "pending")).Ok();
        Assert.Equal([high.Id(), low.Id()], await client.ListedAsync("q=lamp&sort=-priority"));
        Assert.Equal([low.Id()], await client.ListedAsync("q=lamp&status=pending"));
        Assert.Equal([high.Id()], await client.ListedAsync("q=HD-000002&priority=high"));
        Assert.Empty(await client.ListedAsync("q=HD-000002&priority=low"));
        Assert.Equal(1, await client.TotalAsync("q=lamp&status=pending"));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(200, true)]
    [InlineData(1, false)]
    public async Task Takes_two_characters_or_more(int length, bool isTaken)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync(new string('x', 200));
        var reply = await client.GetAsync("tickets?q=" + new string('x', length));
        if (isTaken)
            Assert.Equal(ticket.Id(), Assert.Single(reply.Ok().EnumerateArray()).Id());
        else
            reply.RefusedFields("q");
    }

    [Fact]
    public async Task Finds_nothing_of_another_tenant()
    {
        await (await (await app.NewTenantAsync()).ClientAsync()).TicketAsync("Secret lamp", new { body = "Secret words" });
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var q in (string[])["secret", "ecre", "words", "HD-000001"])
        {
            Assert.Empty(await client.ListedAsync("q=" + q));
            Assert.Equal(0, await client.TotalAsync("q=" + q));
        }
    }
}
