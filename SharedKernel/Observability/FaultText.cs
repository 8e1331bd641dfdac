using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Helpdesk.SharedKernel.Observability;

/// <summary>
/// What logs and traces may say of an exception. Messages quote the values at fault, and PostgreSQL's context holds parameters and pieces of
/// JSON: both may be somebody's mail, address or key. So what a message quotes is left out, and of a database error only names are kept.
/// </summary>
public static partial class FaultText
{
    /// <summary>One line: the kind of exception and its message, without what it quotes.</summary>
    public static string Brief(Exception exception) => exception is PostgresException error
        ? $"{nameof(PostgresException)}: {Message(exception)}{Named("table", error.TableName)}{Named("constraint", error.ConstraintName)}{Named("column", error.ColumnName)}{Named("routine", error.Routine)}"
        : $"{exception.GetType().Name}: {Message(exception)}";

    /// <summary>The exception and what caused it, each with the code that it passed.</summary>
    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            text.Append(text.Length == 0 ? "" : "\ncaused by ").Append(Brief(cause)).Append('\n').Append(cause.StackTrace);
        return text.ToString();
    }

    /// <summary>The message without what it quotes.</summary>
    public static string Message(Exception exception)
    {
        // The message of a database error has its details appended, where the connection string asks for them.
        var message = exception is PostgresException error ? $"{error.SqlState}: {error.MessageText}" : exception.Message;
        return Secret().Replace(Quoted().Replace(message, "'…'"), "…");
    }

    private static string Named(string what, string? name) => string.IsNullOrEmpty(name) ? "" : $", {what} {name}";

    // From the first quote to the last one: a value may hold quotes itself. An apostrophe within a word begins no quote.
    [GeneratedRegex("""(?<!\w)["'“‘«].*["'”’»]|(?<!\w)["'“‘«].*$""", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\S+@\S+|\bmc_(live|test)_\S+")]
    private static partial Regex Secret();
}
