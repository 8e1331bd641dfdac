using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Kernel.Tests;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n ;; ; \n")]
    [InlineData("-- only words;\n  -- and more\n;")]
    [InlineData("select 1", "select 1")]
    [InlineData("select 1;\n\nselect 2;\n", "select 1", "select 2")]
    [InlineData("select ';'; select 2", "select ';'", "select 2")]
    [InlineData("select 'it''s;'; select 2", "select 'it''s;'", "select 2")]
    [InlineData("select \"a;b\"; select 2", "select \"a;b\"", "select 2")]
    [InlineData("select 1; -- it's; a note\nselect 2;", "select 1", "-- it's; a note\nselect 2")]
    [InlineData("do $$ begin; end $$; select 2", "do $$ begin; end $$", "select 2")]
    [InlineData("as $body$ select '$$;' $body$; select 2", "as $body$ select '$$;' $body$", "select 2")]
    [InlineData("as $a1$ ; $a1$; select 2", "as $a1$ ; $a1$", "select 2")]
    [InlineData("select $1; select $2", "select $1", "select $2")]
    [InlineData("select 1 - 2; select 3 --", "select 1 - 2", "select 3 --")]
    public void A_script_falls_into_its_statements(string script, params string[] statements) => Assert.Equal(statements, SqlScript.Split(script));

    [Fact]
    public void Any_statements_come_back_as_they_were_put_together() => Generated.Cases(1_000, random =>
    {
        var statements = Enumerable.Range(0, random.Next(6)).Select(_ => "select " + string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            random.Of("a", "'x;''y'", "\"q;\"", "$$ b; ' $$", "$f$ ; $$ ; $f$", "-- c; ' \" $$\n z", "$1", "- 1")))).ToArray();
        Assert.Equal(statements, SqlScript.Split(string.Join(random.Of(";", ";\n", " ;\n\n"), statements.Append(""))));
    });

    /// <summary>A slip of the pen in a migration must end in PostgreSQL's word about it, not in a process that hangs.</summary>
    [Theory]
    [InlineData("select 'open; select 2")]
    [InlineData("select \"open; select 2")]
    [InlineData("do $$ open; select 2")]
    [InlineData("do $body$ open $$; select 2")]
    public void What_never_ends_is_one_statement(string script) => Assert.Equal([script], SqlScript.Split(script).Take(3));
}
