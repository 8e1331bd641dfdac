using Helpdesk.Access;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Http.Native;

namespace Helpdesk.Host.Commands;

/// <summary><c>keys</c>: makes, lists and ends API keys.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Makes, lists and ends API keys.") { Mint(), List(), Revoke() };

    private static Command Mint()
    {
        var tenant = CommandOptions.Tenant();
        var scopes = new Option<string[]>("--scopes")
        {
            Description = $"What it may do, by commas. {string.Join(" ", HostModules.Dialects.Select(ScopesOf))}",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var label = new Option<string>("--label") { Description = "A name for people.", DefaultValueFactory = _ => "minted by the operator" };
        var expires = new Option<string?>("--expires") { Description = "A time in ISO 8601, or a number of days such as 90d; never when absent." };
        var perMinute = new Option<int?>("--per-minute") { Description = "Requests a minute; the tenant's or the server's limit when absent." };
        var perHour = new Option<int?>("--per-hour") { Description = "Requests an hour; the tenant's or the server's limit when absent." };
        var environment = new Option<string>("--environment")
        {
            Description = "live, or test: a test key sees and writes tickets of its own world.",
            DefaultValueFactory = _ => "live",
        };
        var dialect = new Option<string>("--dialect")
        {
            Description = $"The API that it is for: {string.Join(", ", HostModules.Dialects.Select(of => of.Name))}.",
            DefaultValueFactory = _ => NativeDialect.Instance.Name,
        };
        var ownerName = new Option<string>("--owner-name") { Description = "Who asks when a ticket names nobody.", DefaultValueFactory = _ => "API" };
        var ownerEmail = new Option<string?>("--owner-email") { Description = "That person's address; api@TENANT.example when absent." };
        return new Command("mint", "Makes an API key and prints it, this once, as the last word of the last line.")
        {
            tenant, scopes, label, expires, perMinute, perHour, environment, dialect, ownerName, ownerEmail,
        }.Does((parsed, ct) => CommandOptions.WithSessionAsync(async session =>
        {
            var of = await session.TenantAsync(parsed.GetRequiredValue(tenant), ct);
            var request = new MintKey(
                parsed.GetRequiredValue(label), SplitScopes(parsed.GetRequiredValue(scopes)), parsed.GetRequiredValue(environment),
                parsed.GetRequiredValue(dialect), parsed.GetRequiredValue(ownerName),
                parsed.GetValue(ownerEmail) ?? $"api@{of.Slug}.example", ExpiryOf(parsed.GetValue(expires)),
                parsed.GetValue(perMinute), parsed.GetValue(perHour));
            var key = await session.SendAsync(of, request, ct);
            Console.WriteLine($"Key {key.Id} for {of.Slug}; it is shown only now.");
            Console.WriteLine($"API key: {key.Token}");
        }, ct));
    }

    private static Command List()
    {
        var tenant = CommandOptions.Tenant();
        return new Command("list", "Lists the keys of a tenant, without their text.") { tenant }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var keys = await session.SendAsync(await session.TenantAsync(parsed.GetRequiredValue(tenant), ct), new ListKeys(), ct);
                Console.WriteLine($"{"ID",-18} {"STARTS WITH",-13} {"STATE",-22} {"LAST USED",-17} {"API",-9} {"LABEL",-24} SCOPES");
                foreach (var key in keys)
                    Console.WriteLine($"{key.Id,-18} {key.Prefix,-13} {StateOf(key),-22} {key.LastUsedAt?.ToString("yyyy-MM-dd HH:mm") ?? "never",-17} {key.Dialect,-9} {key.Label,-24} {string.Join(",", key.Scopes)}");
            }, ct));
    }

    private static Command Revoke()
    {
        var tenant = CommandOptions.Tenant();
        var key = new Argument<string>("key") { Description = "The id of the key, or the characters it starts with." };
        return new Command("revoke", "Ends a key for good; running servers refuse it at once.") { key, tenant }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var of = await session.TenantAsync(parsed.GetRequiredValue(tenant), ct);
                var revoked = await session.SendAsync(of, new RevokeKey(parsed.GetRequiredValue(key)), ct);
                Console.WriteLine($"revoked {revoked.Id} ({revoked.Label}, {revoked.Prefix}…)");
            }, ct));
    }

    private static string ScopesOf(Dialect dialect) => $"{dialect.Name}: {string.Join(", ", dialect.Scopes.All)}.";

    private static string[] SplitScopes(string[] given) =>
        [.. given.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    private static DateTime? ExpiryOf(string? text)
    {
        if (text is null)
            return null;
        if (text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), out var days) && days is > 0 and < 36_500)
            return DateTime.UtcNow.AddDays(days);
        return Times.TryParse(text, out var time)
            ? time
            : throw new OperatorException($"--expires '{text}' is neither a time such as 2027-01-31 nor a number of days such as 90d.");
    }

    private static string StateOf(KeyRow key)
    {
        if (key.RevokedAt is { } revoked)
            return $"revoked {revoked:yyyy-MM-dd}";
        if (key.ExpiresAt is not { } expires)
            return key.Environment;
        return $"{key.Environment}, {(expires <= DateTime.UtcNow ? "expired" : "until")} {expires:yyyy-MM-dd}";
    }
}
