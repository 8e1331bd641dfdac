namespace Helpdesk.Architecture.Tests;

/// <summary>Reads the catalogue of the migrated database: what isolation, and later distribution, stand on.</summary>
public sealed class CatalogueTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Policy = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)";

    // Tables that belong to no tenant, each with its reason.
    private static readonly Dictionary<string, string> Global = new()
    {
        ["kernel.migration"] = "which files were applied to the database, for all tenants alike",
        ["kernel.shelved_index"] = "names indexes that a bulk import took off, and no row of anybody",
        ["kernel.key_ring"] = "the keys that wrap secrets are the server's own, for all tenants",
        ["kernel.node"] = "node numbers are leased by processes, which serve all tenants",
    };

    // Keys that do not start with the tenant, each with its reason.
    private static readonly Dictionary<string, string> GlobalKeys = new()
    {
        ["access.tenant.tenant_slug_key"] = "a host name stands for one tenant of the whole installation",
    };

    private static readonly string[] Definers = ["helpdesk_definer"];

    private const string Tables = """
        select c.oid, n.nspname as schema, n.nspname || '.' || c.relname as name, c.relkind, c.relispartition,
            c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) as owner
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any(@Schemas) and c.relkind in ('r', 'p')
        """;

    [Fact]
    public async Task Every_table_has_the_tenant_as_a_number_that_is_never_null() => Offenders.None(await NamesAsync($"""
        select t.name from ({Tables}) t left join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped
        where not t.name = any(@Global) and (a.attname is null or not a.attnotnull or a.atttypid <> 'bigint'::regtype)
        """));

    [Fact]
    public async Task Every_table_has_a_primary_key() => Offenders.None(await NamesAsync(
        $"select t.name from ({Tables}) t where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)"));

    [Fact]
    public async Task Every_unique_key_starts_with_the_tenant() => Offenders.None(await NamesAsync($"""
        select t.name || '.' || k.relname from ({Tables}) t
        join pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion) join pg_class k on k.oid = i.indexrelid
        left join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
        where not t.name = any(@Global) and a.attname is distinct from 'tenant_id' and not t.name || '.' || k.relname = any(@GlobalKeys)
        """));

    [Fact]
    public async Task Every_foreign_key_starts_with_the_tenant_on_both_sides() => Offenders.None(await NamesAsync($"""
        select t.name || '.' || f.conname from ({Tables}) t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[1]
        where a.attname <> 'tenant_id' or b.attname <> 'tenant_id'
        """));

    [Fact]
    public async Task Foreign_keys_stay_inside_a_schema_and_set_nothing_to_null() => Offenders.None(await NamesAsync($"""
        select t.name || '.' || f.conname from ({Tables}) t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
        join pg_class target on target.oid = f.confrelid
        where target.relnamespace::regnamespace::text <> t.schema or f.confdeltype in ('n', 'd')
        """));

    [Fact]
    public async Task Every_tenant_table_and_partition_has_forced_row_level_security() => Offenders.None(await NamesAsync(
        $"select t.name from ({Tables}) t where not t.name = any(@Global) and not (t.relrowsecurity and t.relforcerowsecurity)"));

    [Fact]
    public async Task Every_tenant_table_and_partition_has_the_policy_for_everybody() => Offenders.None(await NamesAsync($"""
        select t.name || ': ' || coalesce(p.qual, 'none') from ({Tables}) t
        left join pg_policies p on p.schemaname || '.' || p.tablename = t.name and p.policyname = 'tenant'
        where not t.name = any(@Global) and (
            p.qual is distinct from @Policy or p.cmd <> 'ALL' or p.roles <> '{"{public}"}' or p.permissive <> 'PERMISSIVE'
            or coalesce(p.with_check, p.qual) <> p.qual)
        """));

    /// <summary>Policies add up: a second one for everybody would open the table.</summary>
    [Fact]
    public async Task Other_policies_are_for_the_definer_alone_and_none_has_a_sub_select() => Offenders.None(await NamesAsync("""
        select p.schemaname || '.' || p.tablename || '.' || p.policyname from pg_policies p
        where p.schemaname = any(@Schemas) and (
            (p.policyname <> 'tenant' and p.roles <> '{helpdesk_definer}') or concat(p.qual, p.with_check) ~* 'select')
        """));

    [Fact]
    public async Task The_servers_role_is_bound_by_row_level_security_and_belongs_to_the_application_only() => Offenders.None(await NamesAsync("""
        select r.rolname from pg_roles r
        where r.rolname in (@Server, 'helpdesk_app') and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
        union all
        select pg_get_userbyid(m.member) || ' is a member of ' || pg_get_userbyid(m.roleid) from pg_auth_members m
        where pg_get_userbyid(m.member) in (@Server, 'helpdesk_app') and pg_get_userbyid(m.roleid) <> 'helpdesk_app'
        union all
        select r.rolname || ' may sign in' from pg_roles r where r.rolname in ('helpdesk_app', 'helpdesk_definer') and r.rolcanlogin
        """));

    [Fact]
    public async Task The_servers_role_owns_nothing_and_cannot_make_anything() => Offenders.None(await NamesAsync($"""
        select t.name from ({Tables}) t where t.owner in (@Server, 'helpdesk_app')
        union all
        select p.oid::regprocedure::text from pg_proc p where pg_get_userbyid(p.proowner) in (@Server, 'helpdesk_app')
        union all
        select 'schema ' || n.nspname from pg_namespace n where pg_get_userbyid(n.nspowner) in (@Server, 'helpdesk_app')
        union all
        select 'may create in ' || s from unnest(@Schemas) s where has_schema_privilege(@Server, s, 'create')
        """));

    /// <summary>A partition read by its own name bypasses the parent's policy; it has the policy too, and nobody may even ask.</summary>
    [Fact]
    public async Task The_servers_role_may_not_touch_partitions() => Offenders.None(await NamesAsync($"""
        select t.name from ({Tables}) t where t.relispartition and has_any_column_privilege(@Server, t.oid, 'select, insert, update')
        union all
        select t.name from ({Tables}) t where t.relispartition and has_table_privilege(@Server, t.oid, 'select, insert, update, delete')
        """));

    [Fact]
    public async Task The_servers_role_may_no_more_than_read_and_write_rows() => Offenders.None(await NamesAsync(
        $"select t.name from ({Tables}) t where has_table_privilege(@Server, t.oid, 'truncate, references, trigger')"));

    [Fact]
    public async Task The_servers_role_may_not_found_tenants_or_make_keys() => Offenders.None(await NamesAsync("""
        select 'tenant' where has_any_column_privilege(@Server, 'access.tenant', 'insert, update')
            or has_table_privilege(@Server, 'access.tenant', 'delete')
        union all
        select 'key' where has_any_column_privilege(@Server, 'access.api_key', 'insert') or has_table_privilege(@Server, 'access.api_key', 'delete')
        union all
        select 'key: ' || a.attname from pg_attribute a where a.attrelid = 'access.api_key'::regclass and a.attnum > 0
            and has_column_privilege(@Server, 'access.api_key', a.attname, 'update') and a.attname not in ('last_used_at', 'last_used_ip')
        """));

    [Fact]
    public async Task There_are_no_triggers_rules_views_or_inherited_tables() => Offenders.None(await NamesAsync("""
        select 'trigger ' || t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace::regnamespace::text = any(@Schemas) and not t.tgisinternal
        union all
        select c.relname from pg_class c where c.relnamespace::regnamespace::text = any(@Schemas) and c.relkind in ('v', 'm', 'f')
        union all
        select r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace::regnamespace::text = any(@Schemas)
        union all
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where c.relnamespace::regnamespace::text = any(@Schemas) and c.relkind = 'r' and not c.relispartition
        """));

    /// <summary>They run with more rights than their caller has, so nothing of the caller's may steer them.</summary>
    [Fact]
    public async Task Functions_with_rights_of_their_own_are_closed_to_the_public_and_fix_their_search_path() => Offenders.None(await NamesAsync("""
        select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace::regnamespace::text = any(@Schemas) and p.prosecdef and (
            has_function_privilege('public', p.oid, 'execute')
            or not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp'])
        """));

    [Fact]
    public async Task The_definer_owns_only_the_functions_that_run_as_it() => Offenders.None(await NamesAsync($"""
        select t.name from ({Tables}) t where t.owner = any(@Definers)
        union all
        select p.oid::regprocedure::text from pg_proc p where pg_get_userbyid(p.proowner) = any(@Definers) and not p.prosecdef
        union all
        select 'may create in ' || s from unnest(@Schemas) s where has_schema_privilege('helpdesk_definer', s, 'create')
        """));

    [Fact]
    public async Task There_are_partitions_for_the_months_to_come()
    {
        var partitions = await NamesAsync($"select t.name from ({Tables}) t where t.relispartition");
        for (var ahead = -1; ahead <= 3; ahead++)
            Assert.Contains($"log.event_{DateTime.UtcNow.AddDays(1 - DateTime.UtcNow.Day).AddMonths(ahead):yyyy_MM}", partitions);
    }

    [Fact]
    public async Task The_exceptions_still_exist()
    {
        var tables = await NamesAsync($"select t.name from ({Tables}) t");
        Offenders.None(Global.Keys.Except(tables));
        Offenders.None(GlobalKeys.Keys.Select(key => key[..key.LastIndexOf('.')]).Except(tables));
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string sql) => await app.OwnerQueryAsync<string>(sql, new
    {
        Sources.Schemas,
        Policy,
        Definers,
        Global = Global.Keys.ToArray(),
        GlobalKeys = GlobalKeys.Keys.ToArray(),
        Server = new Npgsql.NpgsqlConnectionStringBuilder(app.ServerConnectionString).Username,
    });

}
