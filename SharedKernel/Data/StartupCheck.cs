using Dapper;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>Looks at the database before the server serves: it refuses one whose walls between tenants do not hold.</summary>
public sealed class StartupCheck(Database database, Migrator migrator)
{
    private const string RoleSql = """
        select r.rolname as name, r.rolsuper as is_superuser, r.rolbypassrls as bypasses,
            coalesce((select pg_has_role(r.oid, app.oid, 'usage') from pg_roles app where app.rolname = 'helpdesk_app'), false) as may_serve,
            exists (select from pg_namespace where nspname = 'kernel') as has_schema,
            exists (
                select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = any(@Schemas) and c.relkind in ('r', 'p') and pg_has_role(r.oid, c.relowner, 'member')) as owns
        from pg_roles r where r.rolname = current_user
        """;

    private const string ProbeSql = """
        select kernel.use_tenant(0);
        select count(*) from kernel.probe where tenant_id = 0;
        select kernel.use_tenant(-1);
        select count(*) from kernel.probe
        """;

    /// <summary>What is wrong, one sentence each; empty when the server may serve.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (connection.PostgreSqlVersion.Major < 15)
            return [$"PostgreSQL {connection.PostgreSqlVersion.Major} is too old; 15 or later is needed."];
        var faults = new List<string>();
        var role = await connection.QuerySingleAsync<Role>(
            new CommandDefinition(RoleSql, new { Schemas = migrator.All.Select(m => m.Module).Append("log").Distinct().ToArray() }, cancellationToken: ct));
        if (role is { HasSchema: true, MayServe: false })
            return [$"The role {role.Name} is not a member of helpdesk_app, so it may not work with the schema. Run 'grant helpdesk_app to {role.Name}' as its owner."];
        var pending = await migrator.PendingAsync(connection, ct);
        if (pending.Count > 0)
            return [$"The schema is not up to date: {pending.Count} migrations are missing, the first is {pending[0].Module}/{pending[0].Name}. Run 'migrate'."];
        if (role.IsSuperuser)
            faults.Add($"The role {role.Name} is a superuser, so row-level security does not bind it. Serve under a member of helpdesk_app.");
        if (role.Bypasses)
            faults.Add($"The role {role.Name} has BYPASSRLS, so row-level security does not bind it. Serve under a member of helpdesk_app.");
        if (role.Owns && !role.IsSuperuser)
            faults.Add($"The role {role.Name} owns tables of the server or is a member of their owner. Serve under a member of helpdesk_app.");
        if (faults.Count == 0)
            faults.AddRange(await ProbeAsync(connection, ct));
        return faults;
    }

    private static async Task<IReadOnlyList<string>> ProbeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var answers = await connection.QueryMultipleAsync(new CommandDefinition(ProbeSql, cancellationToken: ct));
        await answers.ReadAsync<string>();
        var own = await answers.ReadSingleAsync<long>();
        await answers.ReadAsync<string>();
        var others = await answers.ReadSingleAsync<long>();
        if (own != 1)
            return ["Setting the tenant does not reach row-level security: a known row cannot be read. On Citus see propagate_set_commands."];
        return others == 0 ? [] : ["Row-level security does not hold: a row of another tenant can be read."];
    }

    private sealed record Role(string Name, bool IsSuperuser, bool Bypasses, bool MayServe, bool HasSchema, bool Owns);
}
