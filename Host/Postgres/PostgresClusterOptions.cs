namespace Helpdesk.Host.Postgres;

/// <summary>Where the server's own PostgreSQL lives, and of what kind it is.</summary>
/// <param name="DataFolder">
/// Helpdesk's data folder, made when absent. For a throw-away cluster: the folder, such as the temporary one, under which a
/// fresh folder is made.
/// </param>
/// <param name="ThrowAway">
/// For tests: a fresh cluster that trades durability for speed, and is gone when disposed or when this process dies.
/// </param>
/// <param name="BinFolder">The folder of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; searched for when null.</param>
/// <param name="Say">Takes the rare sentence that an operator should read; standard error when null.</param>
public sealed record PostgresClusterOptions(
    string DataFolder, bool ThrowAway = false, string? BinFolder = null, Action<string>? Say = null);

/// <summary>Something about the private PostgreSQL that an operator can mend. The message is one sentence for the operator.</summary>
public sealed class PostgresClusterException : Exception
{
    /// <summary>A refusal without words; prefer the other constructors.</summary>
    public PostgresClusterException()
    {
    }

    /// <summary>A refusal in one sentence.</summary>
    public PostgresClusterException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal in one sentence, with what caused it.</summary>
    public PostgresClusterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
