using System.Text.RegularExpressions;

namespace Helpdesk.Architecture.Tests;

/// <summary>
/// The rules for statements that keep tenants apart, and keep the schema fit to be spread over machines by its tenants. They read texts:
/// each statement of the code and each that the ticket list can write.
/// </summary>
public sealed partial class StatementLintTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly SqlStatement[] Statements =
    [
        .. StatementTests.All,
        .. TicketListTexts.All().Select(pair => new SqlStatement(typeof(Tickets.TicketListSql), "ticket list: " + pair.Name, pair.Statement.Sql)),
    ];

    [Fact]
    public async Task Every_statement_on_a_tenant_table_is_bound_to_one_tenant()
    {
        var tables = await TenantTablesAsync();
        Offenders.None(
            from statement in Statements
            where Uses(statement.Text, tables).Any() && !statement.Text.Contains("@TenantId", StringComparison.Ordinal)
                && !(statement.Owner == typeof(SharedKernel.Data.StartupCheck))
            select $"{statement} names no tenant");
    }

    /// <summary>A join without the tenant is one that a spread database cannot make, and one wall less between tenants.</summary>
    [Fact]
    public async Task Every_use_of_a_tenant_table_names_its_tenant()
    {
        var tables = await TenantTablesAsync();
        Offenders.None(
            from statement in Statements
            where statement.Owner != typeof(SharedKernel.Data.StartupCheck)
            from use in Uses(statement.Text, tables)
            where !IsBound(statement.Text, use)
            select $"{statement} uses {use.Table} without its tenant_id");
    }

    [Fact]
    public void No_statement_has_a_scalar_sub_select_in_values() => Offenders.None(
        from statement in Statements
        where Regex.IsMatch(statement.Text, @"\bvalues\s*\((?>[^()]|\((?!\s*select)(?>[^()]|\([^()]*\))*\))*\(\s*select\b")
        select statement.Name);

    [Fact]
    public async Task No_update_of_a_tenant_table_calls_a_volatile_function()
    {
        var tables = await TenantTablesAsync();
        Offenders.None(
            from statement in Statements
            from Match update in Update().Matches(statement.Text)
            where tables.Contains(update.Groups["table"].Value) && Volatile().IsMatch(statement.Text)
            select $"{statement} calls {Volatile().Match(statement.Text).Value}");
    }

    [Fact]
    public void Rows_inserted_from_a_set_come_back() => Offenders.None(
        from statement in Statements
        where Regex.IsMatch(statement.Text, @"insert\s+into[^;]+?\bselect\b[^;]+?\bfrom\s+(unnest|generate_series|jsonb?_\w+)\s*\(")
            && !statement.Text.Contains("returning", StringComparison.Ordinal)
        select statement.Name);

    [Fact]
    public void Inserts_list_their_columns_and_start_with_the_tenant() => Offenders.None(
        from statement in Statements
        from Match insert in Regex.Matches(statement.Text, @"insert\s+into\s+(?<table>\w+\.\w+)(\s+as\s+\w+)?\s*(?<columns>\(\s*\w+)?")
        where insert.Groups["table"].Value is not ("kernel.node" or "kernel.key_ring") && !Regex.IsMatch(insert.Groups["columns"].Value, @"^\(\s*tenant_id$")
        select $"{statement} inserts into {insert.Groups["table"].Value}");

    [Fact]
    public void Rows_are_not_deleted_through_a_limited_sub_select() => Offenders.None(
        from statement in Statements
        where Regex.IsMatch(statement.Text, @"delete\s+from[^;]+?\bin\s*\(\s*select\b[^)]*\blimit\b")
        select statement.Name);

    [Fact]
    public void Statements_list_what_they_read() => Offenders.None(
        from statement in Statements
        where Regex.IsMatch(statement.Text, @"\bselect\s+(\w+\.)?\*\s*from\s+(?!log\.(waiting_tenants|tenants_behind)\b)")
        select statement.Name);

    private async Task<HashSet<string>> TenantTablesAsync() => [.. await app.OwnerQueryAsync<string>("""
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where n.nspname = any(@Schemas) and c.relkind in ('r', 'p')
        """, new { Sources.Schemas })];

    private static IEnumerable<(string Table, string? Alias)> Uses(string sql, HashSet<string> tables) =>
        from Match use in TableUse().Matches(sql)
        where tables.Contains(use.Groups["table"].Value)
        let alias = use.Groups["alias"].Value
        select (use.Groups["table"].Value, alias.Length == 0 || IsKeyword(alias) ? null : alias);

    // An insert is bound by its first column, which another test looks at.
    private static bool IsBound(string sql, (string Table, string? Alias) use) => use.Alias is { } alias
        ? Regex.IsMatch(sql, $@"\b{alias}\.tenant_id\s*=|=\s*{alias}\.tenant_id\b")
            || Regex.IsMatch(sql, $@"insert\s+into\s+{Regex.Escape(use.Table)}\s+as\s+{alias}\s*\(\s*tenant_id\b")
        : Regex.IsMatch(sql, @"(?<![.\w])tenant_id\s*=\s*@TenantId")
            || Regex.IsMatch(sql, $@"\b{use.Table.Split('.')[1]}\.tenant_id\s*=")
            || Regex.IsMatch(sql, $@"insert\s+into\s+{Regex.Escape(use.Table)}\s*\(\s*tenant_id\b");

    private static bool IsKeyword(string word) =>
        word is "where" or "set" or "order" or "values" or "select" or "on" or "join" or "group" or "limit" or "for" or "using" or "returning" or "from";

    [GeneratedRegex(@"\b(from|join|update|into|using|,)\s+(?<table>\w+\.\w+)\b(\s+(as\s+)?(?<alias>[a-z_]\w*))?")]
    private static partial Regex TableUse();

    [GeneratedRegex(@"\bupdate\s+(?<table>\w+\.\w+)")]
    private static partial Regex Update();

    [GeneratedRegex(@"\b(now|clock_timestamp|statement_timestamp|timeofday|gen_random_uuid|random|nextval)\s*\(|\bcurrent_(timestamp|date)\b")]
    private static partial Regex Volatile();
}
