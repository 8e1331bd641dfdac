using Helpdesk.Access;
using Helpdesk.Audit.Contracts;
using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using MediatR;

namespace Helpdesk.Host.Operation;

/// <summary>Sends operator's requests through the same modules as the server, under the owner of the schema. Works beside running servers.</summary>
public sealed class OperatorSession : IAsyncDisposable
{
    private static readonly Caller Operator = new(ActorKind.System, 0, "operator", PermissionSet.All, false, null);

    private readonly ServiceProvider _services;
    private readonly IHostedService _ids;

    private OperatorSession(ServiceProvider services, IHostedService ids) => (_services, _ids) = (services, ids);

    /// <summary>Opens a session on a migrated database.</summary>
    public static async Task<OperatorSession> OpenAsync(Deployment deployment, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(deployment.Keys)
            .AddInMemoryCollection([new("ConnectionStrings:Helpdesk", deployment.Owner)]).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHelpdeskIds();
        services.AddHelpdesk(configuration, HostModules.All);
        var provider = services.BuildServiceProvider();
        var ids = provider.GetServices<IHostedService>().First();
        await ids.StartAsync(ct);
        return new OperatorSession(provider, ids);
    }

    /// <summary>The tenant with this slug. Fails with a sentence when there is none.</summary>
    public async Task<Tenant> TenantAsync(string slug, CancellationToken ct) =>
        await _services.GetRequiredService<ITenantDirectory>().FindAsync(slug, ct)
            ?? throw new OperatorException($"There is no tenant '{slug}'. See 'tenants list'.");

    /// <summary>All tenants, by slug.</summary>
    public async Task<IReadOnlyList<Tenant>> TenantsAsync(CancellationToken ct) =>
        [.. (await SendAsync(NewTenant("", "", ""), new ListTenants(), ct)).Select(row => new Tenant(row.Id, row.Slug, row.Name, row.Plan, null, null, []))];

    /// <summary>What is done with audit logs.</summary>
    public IAuditKeeper Audit => _services.GetRequiredService<IAuditKeeper>();

    /// <summary>A tenant that is about to be founded.</summary>
    public Tenant NewTenant(string slug, string name, string plan) =>
        new(_services.GetRequiredService<Ids>().Next(), slug, name, plan, null, null, []);

    /// <summary>Sends one request on behalf of a tenant; a refusal becomes a sentence for the operator.</summary>
    public Task<T> SendAsync<T>(Tenant tenant, IRequest<Result<T>> request, CancellationToken ct) => SendAsync(tenant, Operator, request, ct);

    /// <summary>Sends one request of a tenant on somebody's behalf.</summary>
    public async Task<T> SendAsync<T>(Tenant tenant, Caller caller, IRequest<Result<T>> request, CancellationToken ct)
    {
        await using var scope = _services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<RequestContext>().Become(tenant, caller);
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
        return result.Error is { } error ? throw new OperatorException(Sentence(error)) : result.Value;
    }

    /// <summary>How a tenant's desk is set up.</summary>
    public ValueTask<DeskSetup> DeskAsync(Tenant tenant) => _services.GetRequiredService<IDeskCatalog>().GetAsync(tenant.Id);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ids.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private static string Sentence(Error error) =>
        error.Extra.FirstOrDefault(extra => extra.Key == "fields").Value is IReadOnlyDictionary<string, string[]> fields
            ? string.Join(Environment.NewLine, fields.Select(field => $"{field.Key} {string.Join(" ", field.Value)}"))
            : error.Message;
}
