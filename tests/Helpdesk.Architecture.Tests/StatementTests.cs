using System.Reflection;
using Helpdesk.Host;
using Helpdesk.SharedKernel.Requests;
using MediatR;

namespace Helpdesk.Architecture.Tests;

/// <summary>Every statement meets the migrated database here, and not first at a customer.</summary>
public sealed class StatementTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int Chunk = 300;

    private static readonly Dictionary<Assembly, MethodFacts[]> CodeOf =
        Sources.Assemblies.ToDictionary(assembly => assembly, assembly => Code.In(assembly).ToArray());

    // What runs under the owner of the schema and is no query; all else is prepared.
    private static readonly string[] NotPreparable = ["Migrator.HistorySql"];

    internal static readonly SqlStatement[] All =
        [.. Sources.Assemblies.SelectMany(SqlStatements.In).Where(statement => !NotPreparable.Contains(statement.Name))];

    [Fact]
    public async Task Every_statement_prepares_under_the_servers_role_without_a_search_path()
    {
        await using var session = await ServerSession.OpenAsync(app.ServerConnectionString);
        var faults = new List<string>();
        foreach (var statement in All)
        {
            if (await WhyNotPrepareAsync(session, statement) is { } fault)
                faults.Add($"{statement}: {fault}");
        }

        Assert.True(All.Length > 50, "The statements are not found.");
        Offenders.None(faults);
    }

    /// <summary>Rights are looked at as late as at the run. What operators do, the server's role must not be able to.</summary>
    [Fact]
    public async Task The_servers_role_may_run_every_statement_but_those_of_operators()
    {
        await using var session = await ServerSession.OpenAsync(app.ServerConnectionString);
        var faults = new List<string>();
        foreach (var statement in All)
        {
            foreach (var types in Candidates(statement))
            {
                if (await session.WhyNotPrepareAsync(statement.Text, types) is not null)
                    continue;
                if (await session.WhyNotRunAsync(statement.Text, types) is { } fault && !(fault.StartsWith("42501", StringComparison.Ordinal) && IsForOperators(statement.Owner)))
                    faults.Add($"{statement}: {fault}");
                break;
            }
        }

        Offenders.None(faults);
    }

    [Fact]
    public async Task Every_text_of_the_ticket_list_prepares_under_the_servers_role()
    {
        var statements = TicketListTexts.All().ToArray();
        var faults = new List<string>();
        foreach (var chunk in statements.Chunk(Chunk))
        {
            // Prepared statements live as long as their connection: a fresh one now and then keeps the server small.
            await using var session = await ServerSession.OpenAsync(app.ServerConnectionString);
            foreach (var (name, statement) in chunk)
            {
                if (await session.WhyNotPrepareAsync(statement.Sql, SqlStatements.TypesOf(statement)) is { } fault)
                    faults.Add($"{name}: {fault}\n{statement.Sql}");
            }
        }

        Assert.True(statements.Length > 3000, $"There are only {statements.Length} texts.");
        Offenders.None(faults);
    }

    /// <summary>A statement that stands elsewhere would escape all these walls.</summary>
    [Fact]
    public void Statements_of_modules_stand_in_constants_whose_names_end_in_sql()
    {
        var known = string.Join('\n', All.Select(statement => statement.Text).Concat(TicketListTexts.All().Select(pair => pair.Statement.Sql)));
        Offenders.None(
            from module in HostModules.All
            from method in CodeOf[module.Assembly]
            from text in method.Texts
            where SqlStatements.LooksLikeOne(text) && !known.Contains(text.Trim(), StringComparison.Ordinal)
            select $"{method.Method.DeclaringType}.{method.Method.Name}: {text}");
    }

    private static async Task<string?> WhyNotPrepareAsync(ServerSession session, SqlStatement statement)
    {
        string? first = null;
        foreach (var types in Candidates(statement))
        {
            if (await session.WhyNotPrepareAsync(statement.Text, types) is not { } fault)
                return null;
            first ??= fault;
        }

        return first;
    }

    private static IEnumerable<string[]> Candidates(SqlStatement statement) =>
        SqlStatements.Bindings(statement, CodeOf[statement.Owner.Assembly]) is { Count: > 0 } bound ? bound : [[]];

    private static bool IsForOperators(Type type) => type.GetInterfaces()
        .Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
        .Any(face => face.GetGenericArguments()[0].GetCustomAttribute<RequiresAttribute>()?.Permission is Permission.Operate);
}
