using System.Text.Json;

namespace Helpdesk.Access.Tests;

/// <summary>Whatever people write comes back as they wrote it.</summary>
public sealed class TextTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("مرحبا بالعالم، المصباح لا يضيء")]
    [InlineData("שלום עולם (lamp) \u202B123\u202C")]
    [InlineData("👩‍👩‍👧‍👦 🏳️‍🌈 💡 𝕳𝖊𝖑𝖕")]
    [InlineData("日本語のランプが点きません — 灯不亮")]
    [InlineData("e\u0301 versus é, \u200Bzero\u200Dwidth\uFEFF inside")]
    [InlineData("Robert'); drop table tickets.ticket; --")]
    [InlineData("$$ $1 @TenantId @Id :name ? %s %n {0} {{requester.email}}")]
    [InlineData("<script>alert('x')</script><img src=x onerror=\"y\">&amp;&#x27;")]
    [InlineData("../../../etc/passwd ..\\..\\windows\\win.ini file:///etc/shadow")]
    [InlineData("${jndi:ldap://example.com/a} `id` $(id) | rm -rf / #")]
    [InlineData("null")]
    [InlineData("\"quotes\" \\ backslash \\u0000 \\n / slash")]
    [InlineData("control \u0001\u0007\u001b[31m\u007f\u0085\u2028\u2029 end")]
    [InlineData("\uFFFE\uFFFF\uE000\U0010FFFF")]
    public async Task Strange_text_comes_back_unchanged(string text)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var made = await client.TicketAsync(text, new { body = text, requester = new { email = "ada@example.com", name = text } });
        var read = (await client.GetAsync($"tickets/{made.GetProperty("reference").GetString()}")).Ok();
        var listed = (await client.GetAsync("tickets")).Ok()[0];
        foreach (var ticket in new[] { made, read })
            Assert.Equal(text, ticket.GetProperty("messages")[0].GetProperty("body_md").GetString());
        foreach (var ticket in new[] { made, read, listed })
        {
            Assert.Equal(text, ticket.GetProperty("subject").GetString());
            Assert.Equal(text, ticket.GetProperty("requester").GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task A_text_of_many_lines_keeps_them_and_a_line_does_not()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync(" \t Two\r\nlines \u00A0", new { body = "  first\r\n\tsecond\n\n " });
        Assert.Equal("Two lines", ticket.GetProperty("subject").GetString());
        Assert.Equal("  first\r\n\tsecond\n\n ", ticket.GetProperty("messages")[0].GetProperty("body_md").GetString());
    }

    [Fact]
    public async Task Strange_text_can_be_searched_for()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var text in new[] { "مرحبا بالعالم", "100% _sure_ \\ here", "'; select 1 --", "💡💡", "ランプ" })
        {
            var made = await client.TicketAsync(text);
            var found = (await client.GetAsync("tickets?q=" + Uri.EscapeDataString(text))).Ok();
            Assert.Equal(made.GetProperty("id").GetInt64(), Assert.Single(found.EnumerateArray()).GetProperty("id").GetInt64());
        }
    }

    [Fact]
    public async Task The_body_of_an_answer_is_JSON_in_UTF_8_whatever_it_holds()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync("\u2028</script>\u0001\"\\ 👾");
        var reply = await client.GetAsync("tickets");
        Assert.Equal("application/json; charset=utf-8", reply.Headers["Content-Type"]);
        Assert.Equal(JsonValueKind.Object, reply.Json.ValueKind);
        Assert.DoesNotContain('\u0001', reply.Text);
    }
}
