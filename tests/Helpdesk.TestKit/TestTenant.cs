using Helpdesk.Access;
using Helpdesk.Canned;
using Helpdesk.Desk;
using Helpdesk.Desk.Contracts;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Helpdesk.Tags;
using MediatR;

namespace Helpdesk.TestKit;

/// <summary>One tenant and what an operator can do for it. What the API can do, tests do through <see cref="ApiClient"/>.</summary>
public sealed class TestTenant(HelpdeskApp app, OperatorSession session, Tenant tenant)
{
    /// <summary>All scopes that the tickets of the native API want.</summary>
    public static readonly string[] AllScopes = ["helpdesk:read", "helpdesk:write", "helpdesk:admin"];

    public Tenant Tenant => tenant;

    public long Id => tenant.Id;

    public string Slug => tenant.Slug;

    public HelpdeskApp App => app;

    /// <summary>A client with a new live key. Without scopes it gets all.</summary>
    public Task<ApiClient> ClientAsync(params string[] scopes) => ClientAsync(key => key with { Scopes = scopes.Length == 0 ? AllScopes : scopes });

    /// <summary>A client with a key made as the test wants it.</summary>
    public async Task<ApiClient> ClientAsync(Func<MintKey, MintKey> configure)
    {
        var minted = await MintAsync(configure);
        return new ApiClient(app, Slug, minted.Token);
    }

    /// <summary>A client of Headoni with a new token. Without scopes it gets both.</summary>
    public Task<HeadoniClient> HeadoniAsync(params string[] scopes) => HeadoniAsync(key => scopes.Length == 0 ? key : key with { Scopes = scopes });

    /// <summary>A client of Headoni with a token made as the test wants it.</summary>
    public async Task<HeadoniClient> HeadoniAsync(Func<MintKey, MintKey> configure)
    {
        var minted = await MintAsync(key => configure(key with { Dialect = "headoni", Label = "Web form", Scopes = ["tickets:create", "tickets:read"] }));
        return new HeadoniClient(app, Slug, minted.Token);
    }

    /// <summary>A key without a client.</summary>
    public Task<MintedKey> MintAsync(Func<MintKey, MintKey> configure) =>
        SendAsync(configure(new MintKey("test key", AllScopes, "live", "mobieus", "Olga Owner", $"owner@{Slug}.example", null, null, null)));

    public Task RevokeAsync(long keyId) => SendAsync(new RevokeKey(keyId.ToString()));

    public Task SetPlanAsync(string plan) => SendAsync(new SetPlan(plan));

    public Task<Queue> QueueAsync(string slug, AssignmentPolicy policy = AssignmentPolicy.Manual, int sortOrder = 100) =>
        SendAsync(new AddQueue(slug, "Queue " + slug, "", policy, sortOrder));

    public Task<Agent> AgentAsync(string name, params long[] queueIds) =>
        SendAsync(new AddAgent(name, $"{Guid.NewGuid():N}@{Slug}.example", "agent", queueIds));

    public Task<HelpTopic> TopicAsync(string slug, long? queueId = null, int? priority = null, params CustomField[] fields) =>
        SendAsync(new AddHelpTopic(slug, "Topic " + slug, queueId, priority, 100, fields));

    public Task<TagView> TagAsync(string slug) => SendAsync(new CreateTag(slug, "Tag " + slug, null));

    public Task<CannedResponseView> CannedAsync(string slug, string template) =>
        SendAsync(new CreateCannedResponse(slug, "Canned " + slug, template, null, true, 100));

    /// <summary>Sends a request as the operator.</summary>
    public Task<T> SendAsync<T>(IRequest<Result<T>> request) => session.SendAsync(tenant, request, CancellationToken.None);
}
