using Helpdesk.Desk;
using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Dialects.Tests;

/// <summary>
/// A ticket is the same ticket in all dialects: what is written through one is stored as it was meant, and what is stored is shown by each as
/// the mapping says. So a further dialect needs no further test, only its reader and writer in <see cref="DeskAsync"/>.
/// </summary>
/// <remarks>HELPDESK_DIALECT_STORIES sets how many tickets are made through each dialect; 20 unless set.</remarks>
public sealed class CrossDialectTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly int Stories = int.TryParse(Environment.GetEnvironmentVariable("HELPDESK_DIALECT_STORIES"), out var count) ? count : 20;

    [Fact]
    public async Task What_is_written_in_one_dialect_reads_the_same_in_all()
    {
        var (desk, stranger) = (await DeskAsync(), await DeskAsync());
        for (var seed = 0; seed < Stories * desk.Writers.Length; seed++)
        {
            var writer = desk.Writers[seed % desk.Writers.Length];
            var story = Story.Of(seed, desk.Queues, desk.Topics, writer);
            try
            {
                await TellAsync(story, writer, desk, stranger);
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"Story {seed}, written by {writer.GetType().Name}: {exception.Message}\n{story}", exception);
            }
        }
    }

    private static async Task TellAsync(Story story, IWriter writer, CommonDesk desk, CommonDesk stranger)
    {
        var id = await writer.OpenAsync(story);
        var opened = await Truth.ReadAsync(desk.Tenant, id);
        IsAsMeant(story, opened, desk, writer.FilesEverything);
        foreach (var step in story.Steps)
        {
            foreach (var able in desk.Writers.Prepend(writer))
            {
                if (await able.TryAsync(id, step))
                    break;
            }
        }

        if (story.FinerStatus is { } status)
            await Truth.SetStatusAsync(desk.Tenant, id, status);
        var truth = await Truth.ReadAsync(desk.Tenant, id);
        SaysAllThatWasSaid(story, truth);
        foreach (var reader in desk.Readers)
        {
            var (ticket, answer) = (await reader.ReadAsync(id))!.Value;
            IsShownAsMapped(truth, ticket);
            Assert.Equal(truth.Messages.Select(message => (message.Kind, message.Body)), ticket.Messages!);
            var list = await reader.ListAsync();
            IsShownAsMapped(truth, list.Tickets.Single(row => row.Id == id));
            if (reader.IsForRequesters)
            {
                Assert.DoesNotContain(Story.Secret, answer, StringComparison.Ordinal);
                Assert.DoesNotContain(Story.Secret, list.Answer, StringComparison.Ordinal);
            }
        }

        foreach (var reader in stranger.Readers)
        {
            Assert.Null(await reader.ReadAsync(id));
            Assert.Empty((await reader.ListAsync()).Tickets);
        }
    }

    private static void IsAsMeant(Story story, Truth truth, CommonDesk desk, bool filesEverything)
    {
        Assert.Equal(story.Subject, truth.Subject);
        Assert.Equal(story.Email.ToLowerInvariant(), truth.Email);
        Assert.Equal(story.Name ?? truth.Email[..truth.Email.IndexOf('@')], truth.Name);
        Assert.Equal(story.Priority ?? 3, truth.Priority);
        Assert.Equal((story.IsBlocked, story.IsBlocked ? StatusCategory.Closed : StatusCategory.New), (truth.IsBlocked, truth.Category));
        Assert.Equal(story.Order, truth.Order);
        Assert.Equal(story.QueueId ?? desk.DefaultQueue, truth.QueueId);
        Assert.Equal(story.TopicId ?? (filesEverything ? desk.DefaultTopic : null), truth.TopicId);
        Assert.Equal([(ActorKind.Requester, story.Body)], truth.Messages.Select(message => (message.Kind, message.Body)));
    }

    private static void SaysAllThatWasSaid(Story story, Truth truth) => Assert.Equal(
        from step in story.Steps.Prepend(new(StepKind.RequesterReply, story.Body))
        where step.Kind is StepKind.AgentReply or StepKind.RequesterReply or StepKind.ProgramReply
        select (step.Kind switch { StepKind.AgentReply => ActorKind.Agent, StepKind.RequesterReply => ActorKind.Requester, _ => ActorKind.Api }, step.Text),
        truth.Messages.Select(message => (message.Kind, message.Body)));

    private static void IsShownAsMapped(Truth truth, Seen seen)
    {
        Assert.Equal((truth.Id, truth.Number, truth.Subject, truth.Priority), (seen.Id, seen.Number ?? truth.Number, seen.Subject, seen.Priority));
        Assert.Contains(truth.Category, seen.Categories);
        Assert.Equal((truth.StatusId, truth.StatusLabel), seen.Status ?? (truth.StatusId, truth.StatusLabel));
        Assert.Equal((truth.QueueId, truth.QueueName), seen.Queue ?? (truth.QueueId, truth.QueueName));
        Assert.Equal((truth.TopicId ?? 0, truth.TopicName), seen.Topic ?? (truth.TopicId ?? 0, truth.TopicName));
        Assert.Equal(truth.Order ?? "", seen.Order ?? truth.Order ?? "");
        Assert.Equal((truth.Email, truth.Name), (seen.Email, seen.Name));
        Assert.InRange(truth.CreatedAt - seen.CreatedAt, TimeSpan.Zero, seen.Precision);
        Assert.InRange(truth.UpdatedAt - seen.UpdatedAt, TimeSpan.Zero, seen.Precision);
    }

    private async Task<CommonDesk> DeskAsync()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.SendAsync(new ApplyDesk(
            [new("legal", "Legal", default, default, default, default, default, false)], [],
            [
                new("question", "Question", default, default, default, default, default, default, true),
                new("task", "Task", default, default, default, default, new CustomField[] { new("order", "Order", CustomFieldType.Text, false, null) }, true),
            ],
            false, Story.BlockedSenders(Stories * 2)));
        await tenant.TagAsync(Story.Secret);
        var agent = await tenant.AgentAsync("Ada");
        var queues = await app.OwnerQueryAsync<long>("select id from desk.queue where tenant_id = @Id order by not is_default", new { tenant.Id });
        var topics = await app.OwnerQueryAsync<long>("select id from desk.help_topic where tenant_id = @Id order by not is_default", new { tenant.Id });
        var (native, headoni) = (new NativeSpeaker(await tenant.ClientAsync(), agent.Id), new HeadoniSpeaker(await tenant.HeadoniAsync()));
        return new(tenant, [native, headoni], [native, headoni], [.. queues], [.. topics]);
    }

    /// <summary>A desk and all ways to write and read its tickets. The first queue and topic are the default ones.</summary>
    private sealed record CommonDesk(TestTenant Tenant, IWriter[] Writers, IReader[] Readers, long[] Queues, long[] Topics)
    {
        public long DefaultQueue => Queues[0];

        public long? DefaultTopic => Topics[0];
    }
}
