using Helpdesk.SharedKernel.Observability;
using Npgsql;

namespace Helpdesk.Host.Tests;

public sealed class FaultTextTests
{
    [Theory]
    [InlineData("The input string 'maria@mail.example' was not in a correct format.", "The input string '…' was not in a correct format.")]
    [InlineData("22P02: invalid input syntax for type bigint: \"it's \"\"odd\"\"\"", "22P02: invalid input syntax for type bigint: '…'")]
    [InlineData("It wasn't there, and can't come back.", "It wasn't there, and can't come back.")]
    [InlineData("Opens with 'a quote that never ends", "Opens with '…'")]
    [InlineData("Mail for maria@mail.example by mc_live_abc-DEF_123 failed", "Mail for … by … failed")]
    public void Leaves_out_what_a_message_quotes(string message, string safe) =>
        Assert.Equal(safe, FaultText.Message(new InvalidOperationException(message)));

    [Fact]
    public void Keeps_the_names_of_a_database_error_and_none_of_its_values()
    {
        var error = new PostgresException(
            "duplicate key value violates unique constraint \"tag_slug_key\"", "ERROR", "ERROR", "23505",
            detail: "Key (slug)=(secret) already exists.", where: "parameters: $1 = 'secret'", tableName: "tag", constraintName: "tag_slug_key");
        var text = FaultText.Of(new InvalidOperationException("outer 'secret'", error));
        Assert.Contains("23505", text);
        Assert.Contains("constraint tag_slug_key", text);
        Assert.Contains("caused by PostgresException", text);
        Assert.DoesNotContain("secret", text);
    }
}
