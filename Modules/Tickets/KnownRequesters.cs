namespace Helpdesk.Tickets;

/// <summary>
/// People who asked, as this process has read them lately. Nothing changes or removes a requester, so nothing here grows stale; a slice
/// that will must tell all processes to forget.
/// </summary>
internal sealed class KnownRequesters
{
    private const long Half = 10_000;

    private readonly Recent<(long TenantId, long Id), RequesterView> _byId = new(Half);
    private readonly Recent<(long TenantId, string Email), RequesterView> _owners = new(Half);

    /// <summary>The requester with this id, when known.</summary>
    public RequesterView? Find(long tenantId, long id) => _byId.Find((tenantId, id));

    /// <summary>Remembers a requester.</summary>
    public void Keep(long tenantId, RequesterView requester) => _byId.Keep((tenantId, requester.Id), requester);

    /// <summary>The owner of an API key as a requester, when known.</summary>
    public RequesterView? FindOwner(long tenantId, string email) => _owners.Find((tenantId, email));

    /// <summary>Remembers the owner of an API key.</summary>
    public void KeepOwner(long tenantId, RequesterView requester) => _owners.Keep((tenantId, requester.Email), requester);
}
