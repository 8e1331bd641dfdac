using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Helpdesk.Host;
using Helpdesk.SharedKernel.Modularity;

namespace Helpdesk.Architecture.Tests;

public sealed class ModuleBoundaryTests
{
    private static readonly IModule[] Modules = HostModules.All;

    [Fact]
    public void Only_records_enums_contracts_and_the_entry_class_are_public() => Offenders.None(
        from module in Modules
        from type in module.Assembly.GetExportedTypes()
        where type != module.GetType() && !IsRecord(type) && !type.IsEnum && !type.Namespace!.EndsWith(".Contracts", StringComparison.Ordinal)
        select type.FullName);

    [Fact]
    public void Each_module_has_one_entry_class_and_a_schema_of_its_own()
    {
        Offenders.None(
            from module in Modules
            from entry in module.Assembly.GetTypes()
            where typeof(IModule).IsAssignableFrom(entry) && entry != module.GetType()
            select $"{entry.FullName} is a second entry beside {module.GetType().Name}");
        Offenders.None(
            from module in Modules
            group module by module.Schema into same
            where same.Count() > 1 || same.Key is "kernel" or "log" or "public"
            select $"{same.Key} is the schema of {string.Join(", ", same.Select(module => module.GetType().Name))}");
    }

    [Fact]
    public void Sql_names_only_its_own_schema_the_kernels_and_the_log() => Offenders.None(
        from module in Modules
        from statement in SqlStatements.In(module.Assembly)
        from other in Modules
        where other.Schema != module.Schema && Regex.IsMatch(statement.Text, $@"\b{other.Schema}\.\w")
        select $"{statement} names {other.Schema}");

    [Fact]
    public void Migrations_name_only_their_own_schema_and_the_kernels() => Offenders.None(
        from migration in new SharedKernel.Data.Migrator(Modules).All
        from other in Modules
        where other.Schema != migration.Module && Regex.IsMatch(WithoutComments(migration.Sql), $@"\b{other.Schema}\.\w")
        select $"{migration.Module}/{migration.Name} names {other.Schema}");

    [Fact]
    public void The_kernel_names_no_schema_of_a_module() => Offenders.None(
        from statement in SqlStatements.In(typeof(IModule).Assembly)
        from module in Modules
        where Regex.IsMatch(statement.Text, $@"\b{module.Schema}\.\w")
        select $"{statement} names {module.Schema}");

    [Fact]
    public void The_kernel_stands_on_no_module_and_modules_do_not_stand_on_the_host()
    {
        Offenders.None(typeof(IModule).Assembly.GetReferencedAssemblies().Select(name => name.Name).Intersect(Modules.Select(NameOf)));
        Offenders.None(Modules.Where(module => References(module).Contains(typeof(HostModules).Assembly.GetName().Name!)).Select(NameOf));
    }

    /// <summary>The list of modules is a proof that there is no circle: each stands only on those before it.</summary>
    [Fact]
    public void Modules_stand_only_on_modules_listed_before_them() => Offenders.None(
        from at in Enumerable.Range(0, Modules.Length)
        from later in Modules[at..]
        where References(Modules[at]).Contains(NameOf(later))
        select $"{NameOf(Modules[at])} stands on {NameOf(later)}");

    [Fact]
    public Task The_graph_of_modules_is_the_agreed_one() => Verify(string.Join('\n',
        from module in Modules
        let others = Modules.Select(NameOf).Intersect(References(module)).Order(StringComparer.Ordinal).ToArray()
        select $"{NameOf(module)} -> {(others.Length == 0 ? "the kernel only" : string.Join(", ", others))}"));

    [Fact]
    public void A_module_opens_its_inside_to_tests_only() => Offenders.None(
        from assembly in Sources.Assemblies
        from friend in assembly.GetCustomAttributes<InternalsVisibleToAttribute>()
        where !friend.AssemblyName.EndsWith(".Tests", StringComparison.Ordinal)
        select $"{assembly.GetName().Name} opens its inside to {friend.AssemblyName}");

    private static string NameOf(IModule module) => module.Assembly.GetName().Name!;

    private static HashSet<string> References(IModule module) => [.. module.Assembly.GetReferencedAssemblies().Select(name => name.Name!)];

    private static string WithoutComments(string sql) => Regex.Replace(sql, "--.*", "");

    // Records have a clone method; record structs print their members, which no other struct does.
    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null
        || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null);
}
