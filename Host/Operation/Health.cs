using Dapper;
using Npgsql;

namespace Helpdesk.Host.Operation;

/// <summary>What balancers and orchestrators ask: <c>/livez</c> (the process answers) and <c>/readyz</c> (it can serve).</summary>
public static class Health
{
    // Events that wait longer than this mean that no worker runs, or that it cannot work.
    private const double OldestEventSeconds = 120;

    private const string ReadySql = "select log.outbox_age()";

    /// <summary>Maps both.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/livez", (RequestDelegate)AnswerLiveAsync).AllowAnonymous();
        app.MapGet("/readyz", (RequestDelegate)(http => AnswerReadyAsync(http, http.RequestServices))).AllowAnonymous();
    }

    internal static Task AnswerLiveAsync(HttpContext http) => http.Response.WriteAsync("ok");

    internal static async Task AnswerReadyAsync(HttpContext http, IServiceProvider services)
    {
        var fault = await FindFaultAsync(services, http.RequestAborted);
        http.Response.StatusCode = fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await http.Response.WriteAsync(fault ?? "ok");
    }

    /// <summary>Why the process cannot serve (stopping, database, schema, event log); null when it can.</summary>
    internal static async Task<string?> FindFaultAsync(IServiceProvider services, CancellationToken ct)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
            return "stopping";
        try
        {
            await using var connection = await services.GetRequiredService<Database>().OpenAsync(ct);
            if ((await services.GetRequiredService<Migrator>().PendingAsync(connection, ct)).Count > 0)
                return "migrations are missing";
            var age = await connection.ExecuteScalarAsync<double?>(new CommandDefinition(ReadySql, cancellationToken: ct));
            return age > OldestEventSeconds ? $"events wait since {age:F0} s" : null;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return "the database cannot be reached";
        }
        catch (MigrationException)
        {
            return "the schema is not the one of this version";
        }
    }
}
