using Helpdesk.Access;

namespace Helpdesk.Host.Commands;

/// <summary><c>tenants</c>: founds and lists tenants, and sets their plan.</summary>
internal static class TenantsCommand
{
    public static Command Create() => new("tenants", "Founds and lists tenants, and sets their plan.") { CreateTenant(), List(), SetPlan() };

    private static Command CreateTenant()
    {
        var slug = new Argument<string>("slug") { Description = "The host label: lower-case letters, digits and hyphens." };
        var name = new Option<string?>("--name") { Description = "The name for people; the slug when absent." };
        var plan = Plan();
        plan.DefaultValueFactory = _ => "pro";
        return new Command("create", "Founds a tenant with one queue.") { slug, name, plan }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var (wanted, wantedPlan) = (parsed.GetRequiredValue(slug), parsed.GetRequiredValue(plan));
                var request = new CreateTenant(wanted, parsed.GetValue(name) ?? wanted, wantedPlan);
                var tenant = await session.SendAsync(session.NewTenant(wanted, request.Name, wantedPlan), request, ct);
                Console.WriteLine($"founded {tenant.Slug} ({tenant.Plan}), id {tenant.Id}");
            }, ct));
    }

    private static Command List() => new Command("list", "Lists all tenants.").Does((_, ct) => CommandOptions.WithSessionAsync(async session =>
    {
        Console.WriteLine($"{"SLUG",-24} {"PLAN",-14} {"STATE",-9} {"FOUNDED",-12} NAME");
        foreach (var tenant in await session.SendAsync(session.NewTenant("", "", ""), new ListTenants(), ct))
            Console.WriteLine($"{tenant.Slug,-24} {tenant.Plan,-14} {(tenant.IsDisabled ? "disabled" : "active"),-9} {tenant.CreatedAt:yyyy-MM-dd}   {tenant.Name}");
    }, ct));

    private static Command SetPlan()
    {
        var slug = new Argument<string>("slug") { Description = "The slug of the tenant." };
        var plan = Plan();
        plan.Required = true;
        return new Command("set-plan", "Moves a tenant to another plan; running servers follow at once.") { slug, plan }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var tenant = await session.TenantAsync(parsed.GetRequiredValue(slug), ct);
                var set = await session.SendAsync(tenant, new SetPlan(parsed.GetRequiredValue(plan)), ct);
                Console.WriteLine($"{tenant.Slug}: {set.From} -> {set.To}");
            }, ct));
    }

    private static Option<string> Plan() => new("--plan") { Description = $"One of {string.Join(", ", Plans.All)}; the first is without the API." };
}
