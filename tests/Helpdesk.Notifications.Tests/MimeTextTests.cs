namespace Helpdesk.Notifications.Tests;

public sealed class MimeTextTests
{
    /// <summary>Texts of every sort, from a fixed seed: what is written is what is read, within the limits of lines.</summary>
    [Fact]
    public void Whatever_a_text_holds_it_is_read_as_it_was_written()
    {
        var random = new Random(20261122);
        string[] pieces = ["a", "Z", " ", "  ", "=", "?", "=?", "?=", "\"", "\\", "<", ">", "@", ".", "\t", "ä", "ß", "日", "🚨", "-- ", "_", ",", new('x', 90)];
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
            var body = string.Join('\n', Enumerable.Range(0, random.Next(1, 6)).Select(_ => string.Concat(
                Enumerable.Range(0, random.Next(0, 30)).Select(_ => pieces[random.Next(pieces.Length)]))));
            var mail = Read(new(new("S", "s@t.example"), new(text, "m@t.example"), text, DateTime.UtcNow, "<1@t.example>", [], body, "<p>"));

            var line = text.Replace('\t', ' ').Trim();
            Assert.Equal(line, mail.Subject.Trim());
            Assert.Equal(body.TrimEnd('\n'), mail.Text);
            Assert.All(mail.Raw.Split("\r\n"), row => Assert.True(row.Length <= 150 && !row.Contains('\n') && !row.Contains('\r'), row));
            Assert.EndsWith("<m@t.example>", mail.Header("To"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Ann", "\"Ann\" <a@b.example>")]
    [InlineData("Ann \"The <Lamp>\" O'Neil, Esq.", "\"Ann \\\"The <Lamp>\\\" O'Neil, Esq.\" <a@b.example>")]
    [InlineData("Ann\r\nBcc: x@y.example", "\"Ann  Bcc: x@y.example\" <a@b.example>")]
    [InlineData("Ärzte", "=?utf-8?B?w4RyenRl?= <a@b.example>")]
    [InlineData("", "a@b.example")]
    public void Names_are_quoted(string name, string written) => Assert.Equal(written, MimeText.Address(new(name, "a@b.example")));

    [Theory]
    [InlineData("maria@mail.example", true)]
    [InlineData("jörg@bücher.example", true)]
    [InlineData("o'neil+tag@mail.example", true)]
    [InlineData("a@b", true)]
    [InlineData("a b@mail.example", false)]
    [InlineData("a@mail.example> SIZE=1", false)]
    [InlineData("a@mail.example\r\nRCPT TO:<b@c.example>", false)]
    [InlineData("a@b@c.example", false)]
    [InlineData("@c.example", false)]
    [InlineData("a@", false)]
    [InlineData("\"a\"@c.example", false)]
    [InlineData("a@c..example", false)]
    [InlineData(null, false)]
    public void Addresses_are_taken_only_where_they_cannot_be_mistaken(string? address, bool isUsable) => Assert.Equal(isUsable, Mailbox.IsUsable(address));

    private static ReceivedMail Read(Mail mail) => new("", "", MimeText.Of(mail), null, false);
}
