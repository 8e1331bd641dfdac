using Helpdesk.AI;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Host.Commands;

/// <summary><c>ai</c>: sets tenants up for models, and says what they cost.</summary>
internal static class AiCommand
{
    public static Command Create() => new("ai", "Sets tenants up for models, and says what they cost.") { Configure(), Show(), Usage() };

    private static Command Configure()
    {
        var tenant = CommandOptions.Tenant();
        var keyFile = new Option<string?>("--key-file") { Description = "A file that holds the tenant's key of the provider." };
        var keyStdin = new Option<bool>("--key-stdin") { Description = "Reads the key from standard input. It cannot be an argument: everybody on the machine sees those." };
        var removeKey = new Option<bool>("--remove-key") { Description = "Takes the key away; every hook is refused from then on." };
        var model = new Option<string?>("--model") { Description = "The model, by its name or as haiku, sonnet or opus." };
        var models = Many("--feature-model", "Models of single features, as feature=model by commas; feature= takes it off.");
        var enable = Many("--enable", $"Features to turn on, by commas, or all: {string.Join(", ", WireName<AiFeature>.All)}.");
        var disable = Many("--disable", "Features to turn off, by commas, or all.");
        var cap = new Option<double?>("--cap") { Description = "What may be spent in a month, in US dollars." };
        var perMinute = new Option<int?>("--per-minute") { Description = "How many calls may be begun in a minute." };
        return new Command("configure", "Sets a tenant up; what is not named stays as it is. Takes effect at once.")
        {
            tenant, keyFile, keyStdin, removeKey, model, models, enable, disable, cap, perMinute,
        }.Does(async (parsed, ct) =>
        {
            var key = await KeyAsync(parsed.GetValue(keyFile), parsed.GetValue(keyStdin), ct);
            var request = new ConfigureAi(
                key, parsed.GetValue(removeKey), parsed.GetValue(model), Split(parsed.GetValue(models)), Features(parsed.GetValue(enable)),
                Features(parsed.GetValue(disable)), parsed.GetValue(cap), parsed.GetValue(perMinute));
            await CommandOptions.WithSessionAsync(async session =>
                Print(await session.SendAsync(await session.TenantAsync(parsed.GetRequiredValue(tenant), ct), request, ct)), ct);
        });
    }

    private static Command Show()
    {
        var tenant = CommandOptions.Tenant();
        return new Command("show", "Shows how a tenant is set up, without its key, and what it has spent this month.") { tenant }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var standing = await session.SendAsync(await session.TenantAsync(parsed.GetRequiredValue(tenant), ct), new GetAiSettings(), ct);
                Print(standing.Settings);
                Console.WriteLine($"spent       {Usd(standing.SpentUsd)} this month");
                Console.WriteLine(standing.Price is { } price
                    ? $"price       {price.InputUsd:0.##} / {price.OutputUsd:0.##} USD for a million tokens sent / answered, as of {price.AsOf}"
                    : "price       not configured: set Helpdesk__Ai__Prices for the model, no call is made without");
            }, ct));
    }

    private static Command Usage()
    {
        var tenant = CommandOptions.Tenant();
        var month = new Option<string?>("--month") { Description = "The month, such as 2026-06; the present one when absent." };
        return new Command("usage", "Shows what models were asked in a month, and what it cost.") { tenant, month }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var of = await session.TenantAsync(parsed.GetRequiredValue(tenant), ct);
                var report = await session.SendAsync(of, new ReportAiUsage(parsed.GetValue(month)), ct);
                Console.WriteLine($"{"FEATURE",-28} {"MODEL",-28} {"OUTCOME",-15} {"CALLS",7} {"SENT",11} {"ANSWERED",11} {"COST",12}");
                foreach (var line in report.Lines)
                    Console.WriteLine($"{line.Feature,-28} {line.Model,-28} {line.Status,-15} {line.Calls,7} {line.PromptTokens,11} {line.CompletionTokens,11} {Usd(line.CostUsd),12}");
                Console.WriteLine($"{report.Month}: {Usd(report.SpentUsd)} of {Usd(report.CapUsd)}");
            }, ct));
    }

    private static Option<string[]?> Many(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static string[]? Split(string[]? given) =>
        given?.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();

    private static string[]? Features(string[]? given) => Split(given) is ["all"] ? [.. WireName<AiFeature>.All] : Split(given);

    private static async Task<string?> KeyAsync(string? file, bool stdin, CancellationToken ct)
    {
        if (file is not null && stdin)
            throw new OperatorException("Give the key by --key-file or by --key-stdin, not by both.");
        if (stdin)
            return (await Console.In.ReadToEndAsync(ct)).Trim();
        try
        {
            return file is null ? null : (await File.ReadAllTextAsync(file, ct)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{file}: {exception.Message}");
        }
    }

    private static void Print(AiSettingsView settings)
    {
        Console.WriteLine($"key         {(settings.KeySetAt is { } at ? $"set {at:yyyy-MM-dd HH:mm}" : "none")}");
        Console.WriteLine($"model       {settings.Model}");
        foreach (var (feature, model) in settings.Models)
            Console.WriteLine($"            {feature}: {model}");
        Console.WriteLine($"features    {(settings.Features.Count == 0 ? "none" : string.Join(", ", settings.Features))}");
        Console.WriteLine($"cap         {Usd(settings.CapUsd)} a month");
        Console.WriteLine($"per minute  {settings.PerMinute} calls");
    }

    private static string Usd(double amount) => amount.ToString("0.000000", System.Globalization.CultureInfo.InvariantCulture) + " USD";
}
