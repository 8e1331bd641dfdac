using System.Security.Cryptography;
using Helpdesk.SharedKernel.Secrets;

namespace Helpdesk.Audit;

/// <summary>
/// The key that signs checkpoints, and those whose signatures are believed. They come from outside of the database: who may change every
/// row there must not be able to sign.
/// </summary>
internal sealed class SigningKeys
{
    private const string FileName = "audit-signing-key.pem";
    private const string PemEnd = "-----END PUBLIC KEY-----";

    private readonly Dictionary<string, ECDsa> _trusted = [];
    private readonly ECDsa? _own;
    private readonly Lock _lock = new();

    private SigningKeys(ECDsa? own, string? trusted)
    {
        _own = own;
        if (own is not null)
            _trusted[KeyId = IdOf(own)] = own;
        foreach (var pem in (trusted ?? "").Split(PemEnd, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var key = ECDsa.Create();
            key.ImportFromPem(pem + "\n" + PemEnd);
            _trusted.TryAdd(IdOf(key), key);
        }
    }

    /// <summary>Names the signing key: the first 16 digits of the SHA-256 of its public half. Null when there is none.</summary>
    public string? KeyId { get; }

    /// <summary>Reads the keys that the settings name; makes one in the data folder where there is neither.</summary>
    public static SigningKeys Read(AuditOptions options, string? dataFolder)
    {
        var pem = !string.IsNullOrWhiteSpace(options.SigningKey) ? options.SigningKey : dataFolder is null ? null : SecretFile.ReadOrMake(dataFolder, FileName, NewKey);
        if (pem is null)
            return new SigningKeys(null, options.TrustedKeys);
        var own = ECDsa.Create();
        own.ImportFromPem(pem);
        return new SigningKeys(own, options.TrustedKeys);
    }

    /// <summary>Keys to verify with and none to sign.</summary>
    /// <exception cref="ArgumentException">The text is no PEM.</exception>
    public static SigningKeys Of(string publicKeys) => new(null, publicKeys);

    /// <summary>The public halves, PEM, one after the other.</summary>
    public string PublicKeys() => string.Concat(_trusted.Select(key => $"# {key.Key}\n{key.Value.ExportSubjectPublicKeyInfoPem()}\n"));

    /// <summary>The checkpoint with its signature. Throws without a key.</summary>
    public Checkpoint Sign(Checkpoint checkpoint)
    {
        checkpoint = checkpoint with { KeyId = KeyId! };
        lock (_lock)
            return checkpoint with { Signature = _own!.SignData(checkpoint.Signed(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) };
    }

    /// <summary>What is wrong with a checkpoint's signature; null when nothing is.</summary>
    public string? WhyNotTrust(Checkpoint checkpoint)
    {
        if (!_trusted.TryGetValue(checkpoint.KeyId, out var key))
            return $"is signed with the key {checkpoint.KeyId}, which is not among the trusted ones";
        lock (_lock)
        {
            return key.VerifyData(checkpoint.Signed(), checkpoint.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? null
                : "was changed: its signature does not fit";
        }
    }

    private static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
