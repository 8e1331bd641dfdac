using System.Text.Json;
using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Architecture.Tests;

/// <summary>A connection of the server's own role with an empty search path, to prepare and explain statements on.</summary>
internal sealed class ServerSession : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private int _prepared;

    private ServerSession(NpgsqlConnection connection) => _connection = connection;

    public static async Task<ServerSession> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, MaxAutoPrepare = 0, IncludeErrorDetail = true }.ConnectionString);
        await connection.OpenAsync();
        var session = new ServerSession(connection);
        await session.ExecuteAsync("set search_path = ''");
        return session;
    }

    /// <summary>Opens a transaction that sees one tenant.</summary>
    public Task UseTenantAsync(long tenantId) => ExecuteAsync($"begin; select kernel.use_tenant({tenantId})");

    /// <summary>What PostgreSQL has against the statement; null when it takes it. Types may be left to it by an empty list.</summary>
    public async Task<string?> WhyNotPrepareAsync(string sql, string[] types) => await TryAsync(() => PrepareAsync(sql, types));

    /// <summary>What PostgreSQL has against this role running the statement: rights are looked at only when a plan is made ready to run.</summary>
    public async Task<string?> WhyNotRunAsync(string sql, string[] types)
    {
        var name = await PrepareAsync(sql, types);
        var values = Enumerable.Repeat("null", SqlText.Of(sql).Names.Length);
        return await TryAsync(() => ExecuteAsync("explain " + Execute(name, values)));
    }

    /// <summary>
    /// The plan of a prepared statement: the one for these very values, or the one that PostgreSQL has settled on after the statement has
    /// run as often as it takes to choose between plans for values and one for all.
    /// </summary>
    public async Task<JsonElement> PlanAsync(Statement statement, bool settled)
    {
        var command = statement.ToCommand();
        var name = await PrepareAsync(statement.Sql, SqlStatements.TypesOf(statement));
        var values = new List<string>();
        foreach (NpgsqlParameter parameter in command.Parameters)
            values.Add(await LiteralAsync(parameter));
        for (var run = 0; settled && run < 8; run++)
            await ExecuteAsync(Execute(name, values));
        await using var explain = new NpgsqlCommand("explain (format json) " + Execute(name, values), _connection);
        return JsonDocument.Parse((string)(await explain.ExecuteScalarAsync())!).RootElement[0].GetProperty("Plan");
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<string> PrepareAsync(string sql, string[] types)
    {
        var name = "s" + _prepared++;
        await ExecuteAsync($"prepare {name}{(types.Length == 0 ? "" : $" ({string.Join(", ", types)})")} as {SqlText.Of(sql).Text}");
        return name;
    }

    private static string Execute(string name, IEnumerable<string> values) =>
        $"execute {name}{(values.Any() ? $" ({string.Join(", ", values)})" : "")}";

    private async Task<string> LiteralAsync(NpgsqlParameter parameter)
    {
        await using var command = new NpgsqlCommand($"select quote_nullable($1::{SqlStatements.TypeName(parameter.NpgsqlDbType)}::text)", _connection);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = parameter.NpgsqlDbType, Value = parameter.Value });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<string?> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (PostgresException exception)
        {
            return $"{exception.SqlState} {exception.MessageText}";
        }
    }
}
