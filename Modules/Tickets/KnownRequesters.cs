using System.Collections.Concurrent;

namespace Helpdesk.Tickets;

/// <summary>
/// People who asked, as this process has read them lately. Nothing changes or removes a requester, so nothing here grows stale; a slice
/// that will must tell all processes to forget.
/// </summary>
internal sealed class KnownRequesters
{
    private readonly Recent<long> _byId = new();
    private readonly Recent<string> _owners = new();

    /// <summary>The requester with this id, when known.</summary>
    public RequesterView? Find(long tenantId, long id) => _byId.Find((tenantId, id));

    /// <summary>Remembers a requester.</summary>
    public void Keep(long tenantId, RequesterView requester) => _byId.Keep((tenantId, requester.Id), requester);

    /// <summary>The owner of an API key as a requester, when known.</summary>
    public RequesterView? FindOwner(long tenantId, string email) => _owners.Find((tenantId, email));

    /// <summary>Remembers the owner of an API key.</summary>
    public void KeepOwner(long tenantId, RequesterView requester) => _owners.Keep((tenantId, requester.Email), requester);

    /// <summary>What was asked for lately: when the young half is full, the old half is let go and the young one grows old.</summary>
    private sealed class Recent<TKey> where TKey : notnull
    {
        private const int Half = 10_000;
        private ConcurrentDictionary<(long, TKey), RequesterView> _young = new();
        private ConcurrentDictionary<(long, TKey), RequesterView> _old = new();
        private int _count;

        public RequesterView? Find((long, TKey) key)
        {
            if (_young.TryGetValue(key, out var requester))
                return requester;
            if (_old.TryGetValue(key, out requester))
                Keep(key, requester);
            return requester;
        }

        public void Keep((long, TKey) key, RequesterView requester)
        {
            if (!_young.TryAdd(key, requester) || Interlocked.Increment(ref _count) < Half)
                return;
            // Two that come here together cost some of what was remembered, and nothing else.
            Interlocked.Exchange(ref _count, 0);
            _old = _young;
            _young = new();
        }
    }
}
