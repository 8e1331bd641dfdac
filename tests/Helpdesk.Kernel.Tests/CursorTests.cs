using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Kernel.Tests;

public sealed class CursorTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    public void Any_key_comes_back() => Generated.Cases(2_000, random =>
    {
        var key = Key(random);
        var cursor = Cursor.Encode("list", key);
        Assert.StartsWith("cur_", cursor);
        Assert.Equal(key, Cursor.Decode(cursor, "list", key.Length));
    });

    [Fact]
    public void Another_list_does_not_take_it() => Generated.Cases(500, random =>
    {
        var (list, key) = (random.Text(20), Key(random));
        var cursor = Cursor.Encode(list, key);
        foreach (var other in new[] { list + " ", "x" + list, list + "\0", list.ToUpperInvariant() + "1", "" + list.Length })
            Assert.True(other == list || Cursor.Decode(cursor, other, key.Length) is null);
    });

    [Fact]
    public void A_list_with_another_number_of_keys_does_not_take_it() => Generated.Cases(200, random =>
    {
        var key = Key(random);
        Assert.Null(Cursor.Decode(Cursor.Encode("list", key), "list", key.Length + 1));
    });

    [Fact]
    public void No_character_can_be_changed() => Generated.Cases(60, random =>
    {
        var key = Key(random);
        var cursor = Cursor.Encode("list", key);
        for (var at = 0; at < cursor.Length; at++)
        {
            foreach (var c in Alphabet + "= \n.+/")
            {
                if (c != cursor[at])
                    Assert.Null(Cursor.Decode(cursor[..at] + c + cursor[(at + 1)..], "list", key.Length));
            }
        }
    });

    [Fact]
    public void Nothing_can_be_cut_off_left_out_or_put_in() => Generated.Cases(200, random =>
    {
        var key = Key(random);
        var cursor = Cursor.Encode("list", key);
        for (var at = 0; at < cursor.Length; at++)
        {
            Assert.Null(Cursor.Decode(cursor[..at], "list", key.Length));
            Assert.Null(Cursor.Decode(cursor[at..][(at == 0 ? 1 : 0)..], "list", key.Length));
            Assert.Null(Cursor.Decode(cursor.Remove(at, 1), "list", key.Length));
            foreach (var c in "A=_ \t\r\n")
                Assert.Null(Cursor.Decode(cursor.Insert(at, c.ToString()), "list", key.Length));
        }

        foreach (var tail in new[] { "A", "AAAA", "=", "==", " ", "\n" })
            Assert.Null(Cursor.Decode(cursor + tail, "list", key.Length));
    });

    [Theory]
    [InlineData("")]
    [InlineData("cur_")]
    [InlineData("cur_AAAA")]
    [InlineData("CUR_AAAAAAAAAAAA")]
    [InlineData("cur_äöü")]
    [InlineData("cur_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Nonsense_is_refused(string cursor) => Assert.Null(Cursor.Decode(cursor, "list", 1));

    [Fact]
    public void A_huge_text_is_refused_at_once() => Assert.Null(Cursor.Decode("cur_" + new string('A', 1_000_000), "list", 1));

    [Fact]
    public void The_longest_key_of_a_list_fits()
    {
        // An agent's name: 120 characters of four bytes each, and an id.
        string[] key = [string.Concat(Enumerable.Repeat("😀", 60)) + new string('漢', 60), long.MaxValue.ToString()];
        Assert.Equal(key, Cursor.Decode(Cursor.Encode("list", key), "list", 2));
    }

    private static string[] Key(Random random) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Text(12))];
}
