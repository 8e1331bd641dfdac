using System.Text;
using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Kernel.Tests;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("select 1", "select 1")]
    [InlineData("where a = @A", "where a = $1", "A")]
    [InlineData("where a=@A and b>@B and c<=@C", "where a=$1 and b>$2 and c<=$3", "A", "B", "C")]
    [InlineData("values (@B, @A, @B)", "values ($1, $2, $1)", "B", "A")]
    [InlineData("(@Id,@Ids,@I)", "($1,$2,$3)", "Id", "Ids", "I")]
    [InlineData("@A::jsonb || @A_b2 || @A", "$1::jsonb || $2 || $1", "A", "A_b2")]
    [InlineData("words @@ to_tsquery(@Q)", "words @@ to_tsquery($1)", "Q")]
    [InlineData("words @@to_tsquery(@Q)", "words @@to_tsquery($1)", "Q")]
    [InlineData("tags @> @Tags", "tags @> $1", "Tags")]
    [InlineData("tags @>array[@Tag]", "tags @>array[$1]", "Tag")]
    [InlineData("@Tags <@ tags", "$1 <@ tags", "Tags")]
    [InlineData("tags <@array[@Tag]", "tags <@array[$1]", "Tag")]
    [InlineData("a @ b", "a @ b")]
    [InlineData("a @? '$.x'", "a @? '$.x'")]
    [InlineData("'@A' = @B", "'@A' = $1", "B")]
    [InlineData("'it''s @A' = @B", "'it''s @A' = $1", "B")]
    [InlineData("\"@A\" = @B", "\"@A\" = $1", "B")]
    [InlineData("a -- not @A\nand @B", "a \nand $1", "B")]
    [InlineData("a -- it's @A", "a ")]
    [InlineData("a - @A - - @B", "a - $1 - - $2", "A", "B")]
    [InlineData("", "")]
    [InlineData("@", "@")]
    public void Parameters_become_positions(string sql, string text, params string[] names)
    {
        var parsed = SqlText.Parse(sql);
        Assert.Equal(text, parsed.Text);
        Assert.Equal(names, parsed.Names);
    }

    [Fact]
    public void Any_mix_of_quotes_comments_operators_and_names_reads_right() => Generated.Cases(2_000, random =>
    {
        var (sql, expected, names) = (new StringBuilder(), new StringBuilder(), new List<string>());
        for (var piece = random.Next(12); piece >= 0; piece--)
        {
            if (random.Next(2) == 0)
            {
                var name = random.Of("A", "Ab", "A1", "Tenant_Id", "Z");
                if (!names.Contains(name))
                    names.Add(name);
                sql.Append('@').Append(name);
                expected.Append('$').Append(names.IndexOf(name) + 1);
            }
            else
            {
                var (written, read) = random.Of(
                    ("'it''s @A -- \"'", "'it''s @A -- \"'"), ("\"co'l @B\"", "\"co'l @B\""), ("-- @A 'x\" \n", "\n"), (" @@ ", " @@ "), (" @> ", " @> "),
                    (" <@ ", " <@ "), (" <> ", " <> "), (" - ", " - "), ("::text", "::text"), (" $$ ", " $$ "));
                sql.Append(written);
                expected.Append(read);
            }

            sql.Append(' ');
            expected.Append(' ');
        }

        var parsed = SqlText.Parse(sql.ToString());
        Assert.Equal(expected.ToString(), parsed.Text);
        Assert.Equal(names, parsed.Names);
    });

    [Theory]
    [InlineData("select 'open @A")]
    [InlineData("select \"open @A")]
    public void A_quote_that_never_ends_is_left_to_the_database(string sql) => Assert.Equal(sql, SqlText.Parse(sql).Text);

    [Fact]
    public void Equal_texts_are_parsed_once() => Assert.Same(SqlText.Of("select @A"), SqlText.Of(new StringBuilder("select @A").ToString()));

    [Fact]
    public void Texts_that_look_alike_to_the_hash_stay_apart()
    {
        var texts = Enumerable.Range(100, 800).Select(i => $"select {i} + @A{new string(' ', 200)}").ToArray();
        Assert.All(texts, text => Assert.Equal(SqlText.Parse(text).Text, SqlText.Of(text).Text));
    }
}
