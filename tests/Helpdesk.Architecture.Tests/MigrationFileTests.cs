using System.Text.RegularExpressions;
using Helpdesk.Host;
using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Architecture.Tests;

public sealed class MigrationFileTests
{
    private static readonly (string Module, string Folder)[] Homes =
    [
        ("kernel", Path.Combine(Sources.Root, "SharedKernel")),
        .. HostModules.All.Select(module => (module.Schema, Sources.Folder(module))),
    ];

    private static readonly (string Module, string Path)[] Files =
    [
        .. from home in Homes
           let folder = Path.Combine(home.Folder, "Migrations")
           where Directory.Exists(folder)
           from file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
           select (home.Module, file),
    ];

    private static readonly IReadOnlyList<Migration> Embedded = new Migrator(HostModules.All).All;

    [Fact]
    public void Files_are_named_by_four_digits_and_what_they_do() => Offenders.None(
        from file in Files
        where !Regex.IsMatch(Path.GetFileName(file.Path), @"^\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql$")
        select Path.GetRelativePath(Sources.Root, file.Path));

    [Fact]
    public void Numbers_run_without_gaps_from_one() => Offenders.None(
        from home in Homes
        let numbers = Files.Where(file => file.Module == home.Module).Select(file => int.Parse(Path.GetFileName(file.Path)[..4])).ToArray()
        where !numbers.SequenceEqual(Enumerable.Range(1, numbers.Length))
        select $"{home.Module}: {string.Join(", ", numbers)}");

    /// <summary>A file that the migrator does not take for one would be passed over in silence.</summary>
    [Fact]
    public void The_migrator_takes_every_file() => Assert.Equal(
        Files.Select(file => $"{file.Module}/{Path.GetFileName(file.Path)}"), Embedded.Select(migration => $"{migration.Module}/{migration.Name}"));

    [Fact]
    public void Files_start_with_a_comment_or_their_schema() => Offenders.None(
        from migration in Embedded
        where !Regex.IsMatch(migration.Sql, @"^(-- \S|create schema (if not exists )?\w+;)")
        select $"{migration.Module}/{migration.Name}");

    /// <summary>On a database that is spread, a new table must say so at once; and a table without its wall is open to all tenants.</summary>
    [Fact]
    public void Every_new_table_gets_its_wall_in_the_same_file() => Offenders.None(
        from migration in Embedded
        from Match table in Regex.Matches(migration.Sql, @"^create (unlogged )?table (if not exists )?(?<name>[\w.]+)", RegexOptions.Multiline)
        let name = table.Groups["name"].Value
        where name is not ("kernel.node" or "kernel.shelved_index" or "kernel.key_ring") && !migration.Sql.Contains($"kernel.isolate('{name}')", StringComparison.Ordinal)
        select $"{migration.Module}/{migration.Name} makes {name}");

    [Fact]
    public void Indexes_on_tables_of_earlier_files_are_built_beside_the_traffic() => Offenders.None(
        from migration in Embedded
        from statement in SqlScript.Split(migration.Sql)
        let index = Regex.Match(statement, @"^create (unique )?index (?!concurrently)\w+ on (?<table>[\w.]+)", RegexOptions.Multiline)
        where index.Success && !Regex.IsMatch(migration.Sql, $@"^create table {Regex.Escape(index.Groups["table"].Value)}\b", RegexOptions.Multiline)
        select $"{migration.Module}/{migration.Name}: {index.Value}");

    [Fact]
    public void No_file_takes_what_a_spread_database_refuses() => Offenders.None(
        from migration in Embedded
        from refused in new[] { @"on delete set (null|default)", @"create trigger", @"set storage", @"detach partition" }
        where Regex.IsMatch(migration.Sql, refused, RegexOptions.IgnoreCase)
        select $"{migration.Module}/{migration.Name}: {refused}");
}
