using System.Net;
using System.Reflection;
using Helpdesk.AI;
using Helpdesk.Audit;
using Helpdesk.Headoni.Contracts;
using Helpdesk.Host.Observability;
using Helpdesk.Notifications.Contracts;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Secrets;
using Helpdesk.Webhooks;
using HostOptions = Helpdesk.SharedKernel.Http.HostOptions;

namespace Helpdesk.Host.Operation;

/// <summary>
/// Reads the configuration: <c>appsettings.json</c> beside the program, then the environment (<c>Helpdesk__…</c>,
/// <c>ConnectionStrings__…</c>, and the same with <c>_FILE</c> for a file that holds the value).
/// </summary>
public static class Settings
{
    private const string FileSuffix = "_FILE";
    private const string PemEnd = "-----END PUBLIC KEY-----";

    /// <summary>What may stand under <c>Helpdesk</c>; a name that ends in a dot has members or entries of its own.</summary>
    private static readonly string[] Known =
    [
        "DataFolder",
        "TrustedProxies.",
        .. Names<DatabaseOptions>("Database"), .. Names<LimitOptions>("Limits"), .. Names<HostOptions>("Hosts"), .. Names<CorsOptions>("Cors"),
        .. Names<ManagementOptions>("Management"), .. Names<MailOptions>("Mail"), .. Names<AuditOptions>("Audit"),
        .. Names<SecretOptions>("Secrets"), .. Names<HeadoniOptions>("Headoni"), .. Names<AiOptions>("Ai"), .. Names<WebhookOptions>("Webhooks"),
    ];

    /// <summary>Reads and checks it. Unknown settings are refused: a misspelt limit should not go unnoticed.</summary>
    /// <exception cref="OperatorException">A setting is unknown or its file cannot be read.</exception>
    public static IConfigurationRoot Read(params KeyValuePair<string, string?>[] overrides)
    {
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(FromFiles())
            .AddInMemoryCollection(overrides)
            .Build();
        foreach (var (key, value) in configuration.GetSection("Helpdesk").AsEnumerable(makePathsRelative: true))
        {
            var name = key.Replace(':', '.');
            // The file behind such a name was read already; what it sets stands under the name without the ending.
            if (name.EndsWith(FileSuffix, StringComparison.Ordinal))
                name = name[..^FileSuffix.Length];
            if (value is not null && !Known.Any(known => known.EndsWith('.') ? name.StartsWith(known, StringComparison.OrdinalIgnoreCase) : name.Equals(known, StringComparison.OrdinalIgnoreCase)))
                throw new OperatorException($"The setting Helpdesk:{key} is unknown. Known are: {string.Join(", ", Known.Select(known => known.TrimEnd('.')))}.");
        }

        CheckValues(configuration);
        CheckKeys(configuration);
        return configuration;
    }

    /// <summary>The proxies whose forwarded headers are believed.</summary>
    /// <exception cref="OperatorException">An entry is neither an address nor a network.</exception>
    public static (List<IPAddress> Addresses, List<IPNetwork> Networks) TrustedProxies(IConfiguration configuration)
    {
        var (addresses, networks) = (new List<IPAddress>(), new List<IPNetwork>());
        foreach (var proxy in configuration.GetSection("Helpdesk:TrustedProxies").Get<string[]>() ?? [])
        {
            if (IPNetwork.TryParse(proxy, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(proxy, out var address))
                addresses.Add(address);
            else
                throw new OperatorException($"Helpdesk:TrustedProxies holds '{proxy}', which is neither an address nor a network.");
        }

        return (addresses, networks);
    }

    private static void CheckValues(IConfiguration configuration)
    {
        try
        {
            CheckCounts<DatabaseOptions>(configuration, "Database");
            CheckCounts<LimitOptions>(configuration, "Limits");
            CheckCounts<AuditOptions>(configuration, "Audit");
            CheckCounts<WebhookOptions>(configuration, "Webhooks");
            _ = configuration.GetSection("Helpdesk:Management").Get<ManagementOptions>();
            _ = TrustedProxies(configuration);
            _ = MasterKey.Read(configuration.GetSection("Helpdesk:Secrets").Get<SecretOptions>() ?? new SecretOptions(), dataFolder: null);
            if (configuration.GetSection(MailOptions.Section).Get<MailOptions>()?.WhyNot() is { } fault)
                throw new OperatorException($"The setting {MailOptions.Section}:{fault}");
            if (configuration.GetSection(AiOptions.Section).Get<AiOptions>()?.WhyNot() is { } wrong)
                throw new OperatorException($"The setting {AiOptions.Section}:{wrong}");
            if (configuration.GetSection(WebhookOptions.Section).Get<WebhookOptions>()?.WhyNot() is { } why)
                throw new OperatorException($"The setting {WebhookOptions.Section}:{why}");
            foreach (var connection in configuration.GetSection("ConnectionStrings").GetChildren())
                _ = new Npgsql.NpgsqlConnectionStringBuilder(connection.Value);
        }
        catch (InvalidOperationException exception)
        {
            throw new OperatorException(exception.Message);
        }
        catch (ArgumentException exception)
        {
            throw new OperatorException($"A connection string cannot be read: {exception.Message}");
        }
    }

    private static void CheckKeys(IConfiguration configuration)
    {
        try
        {
            foreach (var name in (string[])["SigningKey", "TrustedKeys"])
            {
                using var key = System.Security.Cryptography.ECDsa.Create();
                if (configuration[$"Helpdesk:Audit:{name}"] is { Length: > 0 } pem)
                    key.ImportFromPem(name == "TrustedKeys" ? pem[..(pem.IndexOf(PemEnd, StringComparison.Ordinal) + PemEnd.Length)] : pem);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            throw new OperatorException($"A key of Helpdesk:Audit is no PEM of an ECDSA key: {exception.Message}");
        }
    }

    /// <summary>None of the counts may be below one, and none of them means "no limit" by a zero.</summary>
    private static void CheckCounts<T>(IConfiguration configuration, string section) where T : class, new()
    {
        var options = configuration.GetSection("Helpdesk:" + section).Get<T>() ?? new T();
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetValue(options) is int and < 1)
                throw new OperatorException($"The setting Helpdesk:{section}:{property.Name} must be at least 1.");
        }
    }

    private static IEnumerable<string> Names<T>(string section) => typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Select(property => $"{section}.{property.Name}{(property.PropertyType.IsArray || property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? "." : "")}");

    /// <summary>Secrets that lie in files, as containers and systemd hand them over.</summary>
    private static Dictionary<string, string?> FromFiles()
    {
        var values = new Dictionary<string, string?>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!name.EndsWith(FileSuffix, StringComparison.Ordinal)
                || !(name.StartsWith("Helpdesk__", StringComparison.Ordinal) || name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)))
            {
                continue;
            }

            try
            {
                values[name[..^FileSuffix.Length].Replace("__", ":", StringComparison.Ordinal)] = File.ReadAllText((string)variable.Value!).Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new OperatorException($"The file that {name} names cannot be read: {exception.Message}");
            }
        }

        return values;
    }
}
