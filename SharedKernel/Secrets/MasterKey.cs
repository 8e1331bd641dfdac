using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Secrets;

/// <summary>Section <c>Helpdesk:Secrets</c> of the configuration.</summary>
public sealed class SecretOptions
{
    /// <summary>
    /// 32 random bytes in base64 that wrap the keys in the database; the same for all processes on one database. Null: a file in the data
    /// folder, made at first use; without a data folder the keys lie in the database as they are.
    /// </summary>
    public string? MasterKey { get; set; }
}

/// <summary>
/// What wraps the ring of keys. It comes from outside of the database: a copy of the database alone tells nobody a tenant's secrets.
/// </summary>
public sealed class MasterKey
{
    private const int Length = 32;
    private const string FileName = "master-key";

    private readonly byte[]? _key;

    private MasterKey(byte[]? key) => _key = key;

    /// <summary>Whether there is one.</summary>
    public bool IsSet => _key is not null;

    /// <summary>Reads the key that the settings name; makes one in the data folder where there is neither.</summary>
    /// <exception cref="InvalidOperationException">It is not 32 bytes in base64.</exception>
    public static MasterKey Read(SecretOptions options, string? dataFolder)
    {
        var text = !string.IsNullOrWhiteSpace(options.MasterKey) ? options.MasterKey
            : dataFolder is null ? null
            : SecretFile.ReadOrMake(dataFolder, FileName, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)));
        if (text is null)
            return new MasterKey(null);
        var key = new byte[Length];
        if (!Convert.TryFromBase64String(text.Trim(), key, out var written) || written != Length)
            throw new InvalidOperationException("The setting Helpdesk:Secrets:MasterKey must be 32 bytes in base64, as `openssl rand -base64 32` prints them.");
        return new MasterKey(key);
    }

    internal byte[] Wrap(byte[] plain)
    {
        using var aes = new AesGcm(_key!, AesGcm.TagByteSizes.MaxSize);
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var (cipher, tag) = (new byte[plain.Length], new byte[AesGcm.TagByteSizes.MaxSize]);
        aes.Encrypt(nonce, plain, cipher, tag);
        return [.. nonce, .. tag, .. cipher];
    }

    internal byte[] Unwrap(byte[] wrapped)
    {
        if (_key is null)
            throw new CryptographicException("The keys in the database are wrapped with a master key, and Helpdesk:Secrets:MasterKey is not set.");
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        if (wrapped.Length < nonce + tag)
            throw new CryptographicException("A key in the database is too short to be one.");
        using var aes = new AesGcm(_key, tag);
        var plain = new byte[wrapped.Length - nonce - tag];
        aes.Decrypt(wrapped.AsSpan(0, nonce), wrapped.AsSpan(nonce + tag), wrapped.AsSpan(nonce, tag), plain);
        return plain;
    }
}

/// <summary>Wraps a key before it is stored.</summary>
internal sealed class MasterKeyEncryptor(MasterKey master) : IXmlEncryptor
{
    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var wrapped = master.Wrap(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)));
        return new EncryptedXmlInfo(new XElement("wrapped", Convert.ToBase64String(wrapped)), typeof(MasterKeyDecryptor));
    }
}

/// <summary>Unwraps a key that was read. Data Protection makes it, by the name stored with the key: never rename.</summary>
internal sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly MasterKey _master = services.GetRequiredService<MasterKey>();

    /// <inheritdoc/>
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(_master.Unwrap(Convert.FromBase64String(encryptedElement.Value))));
}
