using Helpdesk.Audit.Contracts;

namespace Helpdesk.Audit;

/// <summary>The audit log, the proof that nobody changed it, and the list of published events. Owns the <c>audit</c> schema.</summary>
public sealed class AuditModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "audit";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Helpdesk:Audit").Get<AuditOptions>() ?? new AuditOptions());
        services.AddSingleton(provider => SigningKeys.Read(provider.GetRequiredService<AuditOptions>(), configuration["Helpdesk:DataFolder"]));
        services.AddSingleton<LogReader>();
        services.AddSingleton<LogVerifier>();
        services.AddSingleton<CheckpointWriter>();
        services.AddSingleton<IAuditKeeper, AuditKeeper>();
        services.AddScoped<IAuditReader, AuditReader>();
        services.AddSingleton<IPublishedLog, PublishedLog>();
        services.AddHostedService<CheckpointClock>();
    }
}

/// <summary>Section <c>Helpdesk:Audit</c> of the configuration.</summary>
public sealed record AuditOptions
{
    /// <summary>
    /// The private key that signs checkpoints: PEM, ECDSA on P-256. When absent, the data folder keeps one; without either nothing is signed.
    /// </summary>
    public string? SigningKey { get; init; }

    /// <summary>Public keys that signed earlier checkpoints, PEM, one after the other.</summary>
    public string? TrustedKeys { get; init; }

    /// <summary>Minutes between two checkpoints of a tenant in which something happens; at least 1.</summary>
    public int CheckpointMinutes { get; init; } = 15;

    /// <summary>A file to which each new checkpoint is added as a line of JSON; none when absent.</summary>
    public string? CheckpointFile { get; init; }
}
