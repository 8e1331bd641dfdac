using System.Text.Json;
using Helpdesk.Canned;
using Helpdesk.Desk;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Events;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.Tags;

namespace Helpdesk.Host.Commands;

/// <summary><c>desk</c>: sets up a tenant's desk from a file, and writes such a file.</summary>
internal static class DeskCommand
{
    private const int LongestShown = 60;

    public static Command Create() => new("desk", "Sets up a tenant's desk from a file, and writes such a file.") { Apply(), Export() };

    private static Command Apply()
    {
        var file = new Argument<string>("file") { Description = "A YAML or (ending in .json) JSON file: queues, agents, help_topics, tags, canned_responses, blocked_senders." };
        var tenant = CommandOptions.Tenant();
        (tenant.Required, tenant.Description) = (false, "The slug of the tenant; what the file says under 'tenant' when absent.");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only says what would change." };
        return new Command("apply", "Adds and changes what the file names; nothing is deleted, is_active: false takes out of use. Can be repeated.")
        {
            file, tenant, dryRun,
        }.Does(async (parsed, ct) =>
        {
            var path = parsed.GetRequiredValue(file);
            var desk = await DeskFile.ReadAsync(path, ct);
            var slug = parsed.GetValue(tenant) ?? desk.Tenant ?? throw new OperatorException($"{path}: names no tenant; give --tenant.");
            await CommandOptions.WithSessionAsync(async session =>
            {
                var of = await session.TenantAsync(slug, ct);
                var planned = await ApplyAsync(session, of, path, desk, dryRun: true, ct);
                if (!parsed.GetValue(dryRun))
                    planned = await ApplyAsync(session, of, path, desk, dryRun: false, ct);
                Show(planned, parsed.GetValue(dryRun));
            }, ct);
        });
    }

    private static Command Export()
    {
        var tenant = CommandOptions.Tenant();
        return new Command("export", "Writes the desk as YAML; applied again, it changes nothing.") { tenant }.Does((parsed, ct) =>
            CommandOptions.WithSessionAsync(async session =>
            {
                var of = await session.TenantAsync(parsed.GetRequiredValue(tenant), ct);
                Console.Write((await ReadAsync(session, of, ct)).ToYaml());
            }, ct));
    }

    /// <summary>The queues come first, as everything else may name them. All faults of the file are told together.</summary>
    internal static async Task<List<Difference>> ApplyAsync(
        OperatorSession session, Tenant tenant, string path, DeskFile desk, bool dryRun, CancellationToken ct)
    {
        var queues = desk.Queues ?? [];
        var newQueues = queues.Select(queue => queue?.Slug).OfType<string>().ToHashSet();
        ICommand<IReadOnlyList<Difference>>[] requests =
        [
            new ApplyDesk(queues, desk.Agents ?? [], desk.HelpTopics ?? [], dryRun, desk.BlockedSenders),
            new ApplyTags(desk.Tags ?? [], dryRun),
            new ApplyCannedResponses(desk.CannedResponses ?? [], newQueues, dryRun),
        ];
        var (differences, faults) = (new List<Difference>(), new List<string>());
        foreach (var request in requests)
        {
            try
            {
                differences.AddRange(await session.SendAsync(tenant, request, ct));
            }
            catch (OperatorException exception)
            {
                faults.AddRange(exception.Message.Split(Environment.NewLine).Select(fault => $"{path}: {fault}"));
            }
        }

        return faults.Count == 0 ? differences : throw new OperatorException(string.Join(Environment.NewLine, faults));
    }

    private static async Task<DeskFile> ReadAsync(OperatorSession session, Tenant tenant, CancellationToken ct)
    {
        var desk = await session.SendAsync(tenant, new ExportDesk(), ct);
        var queues = (await AllAsync(cursor => session.SendAsync(tenant, new ListQueues(null, cursor, Paging.MaxLimit), ct)))
            .ToDictionary(queue => queue.Id, queue => queue.Slug);
        var tags = await AllAsync(cursor => session.SendAsync(tenant, new ListTags(null, cursor, Paging.MaxLimit), ct));
        var responses = await AllAsync(cursor => session.SendAsync(tenant, new ListCannedResponses(null, null, null, cursor, Paging.MaxLimit), ct));
        return new DeskFile(
            tenant.Slug, desk.Queues, desk.Agents, desk.HelpTopics,
            tags.ConvertAll(tag => new TagEntry(tag.Slug, tag.Name, tag.Color)),
            responses.ConvertAll(response => new CannedResponseEntry(
                response.Slug, response.Title, response.BodyMd, response.QueueId is { } id ? queues[id] : null, response.IsActive,
                response.SortOrder)),
            desk.BlockedSenders);
    }

    private static async Task<List<T>> AllAsync<T>(Func<string?, Task<SharedKernel.Results.Page<T>>> next)
    {
        var (all, cursor) = (new List<T>(), (string?)null);
        do
        {
            var page = await next(cursor);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    private static void Show(List<Difference> differences, bool dryRun)
    {
        foreach (var difference in differences)
        {
            Console.WriteLine($"{(difference.IsNew ? '+' : '~')} {difference.Kind} {difference.Name}");
            foreach (var (name, change) in difference.Fields)
                Console.WriteLine($"    {name}: {(difference.IsNew ? "" : Text(change.From) + " -> ")}{Text(change.To)}");
        }

        var added = differences.Count(difference => difference.IsNew);
        Console.WriteLine(differences.Count == 0 ? "up to date"
            : dryRun ? $"{added} to add, {differences.Count - added} to change; nothing was written"
            : $"added {added}, changed {differences.Count - added}");
    }

    private static string Text(object? value)
    {
        var text = JsonSerializer.Serialize(value, WireJson.Options);
        return text.Length <= LongestShown ? text : text[..LongestShown] + "…";
    }
}
