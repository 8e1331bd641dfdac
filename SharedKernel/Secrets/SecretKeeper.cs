using System.Security.Cryptography;
using System.Text;
using Helpdesk.SharedKernel.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Helpdesk.SharedKernel.Secrets;

/// <summary>
/// Keeps tenants' secrets: encrypted with ASP.NET Data Protection, whose ring of keys lies in the database, wrapped by the master key.
/// A secret is bound to its purpose and its tenant: copied into another row or another tenant's, it cannot be read.
/// </summary>
/// <remarks>
/// Nothing is read from the database before the first use, and then once a day; an operation costs some microseconds.
/// </remarks>
public sealed class SecretKeeper(Database database, MasterKey master, ILoggerFactory loggers, TimeProvider clock) : IDisposable
{
    // Keys that another process made since are looked for at most this often.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Ring? _ring;

    /// <summary>Encrypts a secret.</summary>
    /// <param name="purpose">What it is for, as <c>webhooks.signing</c>; never rename.</param>
    /// <param name="tenantId">Whose it is.</param>
    /// <param name="secret">The text to keep.</param>
    public byte[] Protect(string purpose, long tenantId, string secret) =>
        Current().Protector(purpose, tenantId).Protect(Encoding.UTF8.GetBytes(secret));

    /// <summary>Reads a secret back.</summary>
    /// <param name="purpose">What it is for; as it was protected.</param>
    /// <param name="tenantId">Whose it is; as it was protected.</param>
    /// <param name="kept">What <see cref="Protect"/> answered.</param>
    /// <exception cref="CryptographicException">It was changed, belongs to another purpose or tenant, or its key cannot be read.</exception>
    public string Unprotect(string purpose, long tenantId, byte[] kept)
    {
        var ring = Current();
        try
        {
            return Read(ring);
        }
        catch (CryptographicException) when (clock.GetUtcNow() - ring.Since > Patience)
        {
            // Perhaps another process made the key after this one read the ring.
            return Read(Renew(ring));
        }

        string Read(Ring from) => Encoding.UTF8.GetString(from.Protector(purpose, tenantId).Unprotect(kept));
    }

    /// <inheritdoc/>
    public void Dispose() => _ring?.Dispose();

    private Ring Current() => Volatile.Read(ref _ring) ?? Renew(null);

    private Ring Renew(Ring? stale)
    {
        lock (_lock)
        {
            if (_ring is { } ring && ring != stale)
                return ring;
            // The stale ring is left to the garbage collector: others may be reading with it.
            return _ring = new Ring(Services(), clock.GetUtcNow());
        }
    }

    // A container of its own: Data Protection is configured for tenants' secrets alone, and a new one reads the ring anew.
    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(master);
        services.AddDataProtection().SetApplicationName("helpdesk");
        services.Configure<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new KeyRing(database);
            options.XmlEncryptor = master.IsSet ? new MasterKeyEncryptor(master) : null;
        });
        return services.BuildServiceProvider();
    }

    private sealed class Ring(ServiceProvider services, DateTimeOffset since) : IDisposable
    {
        private readonly IDataProtectionProvider _provider = services.GetRequiredService<IDataProtectionProvider>();

        public DateTimeOffset Since { get; } = since;

        public IDataProtector Protector(string purpose, long tenantId) =>
            _provider.CreateProtector(purpose, tenantId.ToString(System.Globalization.CultureInfo.InvariantCulture));

        public void Dispose() => services.Dispose();
    }
}
