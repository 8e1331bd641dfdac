using Helpdesk.Tags.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets.Tests;

/// <summary>References, searches and tags as rules without a database.</summary>
public sealed class TicketWordsTests
{
    [Fact]
    public void A_reference_is_read_back_in_any_letter_case()
    {
        var random = new Random(1);
        for (var run = 0; run < 2000; run++)
        {
            var number = random.Next(2) == 0 ? random.Next(1, 2_000_000) : random.Next(1, int.MaxValue);
            var reference = TicketView.ReferenceOf(number);
            Assert.Matches("^HD-[0-9]{6,10}$", reference);
            foreach (var text in (string[])[reference, reference.ToLowerInvariant(), "hD" + reference[2..]])
                Assert.Equal(new TicketRef(null, number), TicketRef.Parse(text));
            Assert.Equal(new TicketRef(number, null), TicketRef.Parse(number.ToString()));
        }
    }

    [Fact]
    public void No_text_breaks_the_reading_of_a_reference()
    {
        var random = new Random(2);
        for (var run = 0; run < 5000; run++)
        {
            var text = Text(random, "HDhd-0123456789 +.٣\ud83d\ude42", 14);
            if (TicketRef.Parse(text) is { } parsed)
                Assert.Matches("^([Hh][Dd]-)?[0-9]+$", text);
            else
                Assert.False(System.Text.RegularExpressions.Regex.IsMatch(text, "^([Hh][Dd]-)?[0-9]{1,9}$"), text);
        }
    }

    [Fact]
    public void A_search_never_lets_a_sign_through_that_means_something_to_the_database()
    {
        var random = new Random(3);
        for (var run = 0; run < 5000; run++)
        {
            var text = Text(random, "ab12äß日ש&|!():*<->'\"\\%_ ,.-\t\ud83d\ude42", 40);
            var search = TicketSearch.Of(text, new SearchScope(4096 * 10, false));
            if (search.Words is not null)
            {
                Assert.All(search.Words.Split(" & "), word =>
                {
                    Assert.StartsWith("'a:", word);
                    Assert.EndsWith("':*", word);
                    Assert.All(word[3..^3], c => Assert.True(char.IsLetterOrDigit(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is
                        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark, word));
                });
            }

            // The pattern, with its escapes taken off, is the text between two wild cards.
            var pattern = search.Fragment;
            Assert.Equal(('%', '%'), (pattern[0], pattern[^1]));
            var plain = new System.Text.StringBuilder();
            for (var i = 1; i < pattern.Length - 1; i++)
            {
                Assert.False(pattern[i] is '%' or '_', pattern);
                if (pattern[i] == '\\')
                    i++;
                plain.Append(pattern[i]);
            }

            Assert.Equal(text, plain.ToString());
        }
    }

    [Theory]
    [InlineData("bob.smith@acme.example", "bob smith acme example")]
    [InlineData("  ", "")]
    [InlineData("", "")]
    [InlineData("-273.15°C", "273 15 c")]
    [InlineData("ÄRGER Straße", "ärger straße")]
    [InlineData("हिन्दी नमस्ते", "हिन्दी नमस्ते")]
    [InlineData("e\u0301t\u00e9", "e\u0301t\u00e9")]
    [InlineData("a🙂b", "a b")]
    [InlineData("𝒜bc!", "𝒜bc")]
    [InlineData("a\ud800b", "a b")]
    public void Words_are_runs_of_letters_marks_and_digits_in_lower_case(string text, string words) =>
        Assert.Equal(words, string.Join(' ', SearchWords.In(text)));

    [Fact]
    public void A_long_word_is_found_by_what_is_kept_of_it()
    {
        var kept = Assert.Single(SearchWords.In(new string('x', 63) + "𝒜" + new string('y', 3000)));
        Assert.Equal(new string('x', 63), kept);
        Assert.Equal(64, Assert.Single(SearchWords.In(new string('x', 65))).Length);
    }

    [Fact]
    public void Each_tenant_and_environment_has_words_of_its_own()
    {
        Assert.Equal("'a:red':1 'a:lamp':1 'a:lamp':2A ", SearchWords.Vector(new(40_960, IsTest: false), "Red, red lamp", "Lamp!"));
        Assert.Equal("'ff.red':1 ", SearchWords.Vector(new(0xff * 4096, IsTest: true), "red"));
        Assert.Equal("'ff.red':*", SearchWords.Query(new(0xff * 4096, IsTest: true), "red RED"));
        Assert.Null(SearchWords.Query(new(1, IsTest: true), "!?"));
    }

    [Fact]
    public void Tags_are_resolved_in_order_and_once_each()
    {
        var tags = new TagSet([.. Enumerable.Range(1, 9).Select(id => new TagRef(id, $"tag-{id}", "", ""))]);
        var random = new Random(4);
        for (var run = 0; run < 1000; run++)
        {
            var ids = Enumerable.Range(0, random.Next(12)).Select(_ => (long)random.Next(1, 11)).ToArray();
            var resolved = TagRules.Resolve([.. ids.Select(id => $"tag-{id}")], tags, "tags");
            if (ids.Contains(10))
                Assert.Equal("validation_failed", resolved.Error?.Code);
            else
                Assert.Equal(ids.Distinct(), resolved.Value);
        }
    }

    private static string Text(Random random, string alphabet, int most)
    {
        var text = new char[random.Next(most)];
        for (var i = 0; i < text.Length; i++)
            text[i] = alphabet[random.Next(alphabet.Length)];
        return new string(text);
    }
}
