namespace Helpdesk.AI;

/// <summary>Hooks that a model answers: drafts, summaries, predictions; and the gate before them. Owns the <c>ai</c> schema.</summary>
public sealed class AiModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "ai";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection(AiOptions.Section).Get<AiOptions>() ?? new AiOptions());
        services.AddSingleton<ModelTransport>();
        services.AddSingleton<IModel, AnthropicModel>();
        services.AddScoped<AiGate>();
        services.AddScoped<IHookGate>(provider => provider.GetRequiredService<AiGate>());
        services.AddScoped<CallWriter>();
        services.AddScoped<HookModel>();
        services.AddScoped<TicketFacts>();
        services.AddSingleton<ITidying, AbandonedCalls>();
    }
}
