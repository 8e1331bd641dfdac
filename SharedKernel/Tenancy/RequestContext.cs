using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.SharedKernel.Tenancy;

/// <summary>What is known about the request at hand: one object for each scope, filled on the way in.</summary>
public sealed class RequestContext
{
    private Tenant? _tenant;
    private Caller? _caller;

    /// <summary>Names the request in answers and logs: <c>req_</c> and a ULID.</summary>
    public string RequestId { get; } = "req_" + Ulid.Next();

    /// <summary>The tenant. Throws where none is set.</summary>
    public Tenant Tenant => _tenant ?? throw new InvalidOperationException("No tenant is set in this scope.");

    /// <summary>The tenant's id.</summary>
    public long TenantId => Tenant.Id;

    /// <summary>Who sends the request. Throws where none is set.</summary>
    public Caller Caller => _caller ?? throw new InvalidOperationException("No caller is set in this scope.");

    /// <summary>The dialect of the host that was called. Over HTTP only.</summary>
    public Dialect Dialect => Gate.Dialect;

    /// <summary>What the host name says beside the dialect. Over HTTP only.</summary>
    public HostLabel Host { get; internal set; }

    /// <summary>The gate of the dialect. Over HTTP only.</summary>
    internal IGate Gate { get; set; } = null!;

    /// <summary>Where the request came from, for the audit log.</summary>
    public string? Address { get; set; }

    /// <summary>The client's retry key, when it sent one.</summary>
    internal IdempotencyKey? Idempotency { get; set; }

    /// <summary>What is wrong with the values of a hook, found while they were read; told behind its gate.</summary>
    internal Results.Error? Fault { get; set; }

    /// <summary>Turns the reply into bytes, where the sender wants bytes.</summary>
    internal object? Renderer { get; set; }

    /// <summary>The answer as bytes, when it had to be known before the request ended or comes from an earlier one.</summary>
    internal RenderedReply? Reply { get; set; }

    /// <summary>Says on whose behalf the scope works.</summary>
    public void Become(Tenant tenant, Caller caller) => (_tenant, _caller) = (tenant, caller);
}
