using Helpdesk.Host.Commands;
using Helpdesk.Host.Operation;
using Helpdesk.Host.Postgres;
using Npgsql;

var root = new RootCommand("Helpdesk: a self-hosted helpdesk server for many tenants, by its APIs.")
{
    UpCommand.Create(),
    ServeCommand.Create(),
    MigrateCommand.Create(),
    TenantsCommand.Create(),
    KeysCommand.Create(),
    DeskCommand.Create(),
    AuditCommand.Create(),
    AiCommand.Create(),
    DemoCommand.Create(),
    CheckCommand.Create(),
};

try
{
    // The server handles signals itself: it answers what has come in before it stops.
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception exception) when (exception is OperatorException or PostgresClusterException or MigrationException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (PostgresException exception) when (exception.SqlState
    is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedFunction
        or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedObject)
{
    Console.Error.WriteLine("The schema of the database is not up to date. Run 'migrate'.");
    return 1;
}
catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
{
    Console.Error.WriteLine($"The database cannot be reached: {exception.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
