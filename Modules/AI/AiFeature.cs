using System.Reflection;

namespace Helpdesk.AI;

/// <summary>What a tenant lets models do, each by itself (mobieus 5.9). All are off until an operator turns them on.</summary>
public enum AiFeature
{
    /// <summary>Draft replies.</summary>
    HelpdeskReplySuggest,

    /// <summary>Sum up tickets.</summary>
    HelpdeskSummary,

    /// <summary>Find the help topic and the queue of a ticket.</summary>
    HelpdeskCategorize,

    /// <summary>Tell how a requester feels.</summary>
    HelpdeskSentiment,

    /// <summary>Tell how long a ticket will take.</summary>
    HelpdeskResolutionPredict,

    /// <summary>Draft canned responses.</summary>
    HelpdeskCannedGenerate,

    /// <summary>Find questions that nothing answers yet.</summary>
    HelpdeskKnowledgeGaps,

    /// <summary>Answer questions about the audit log.</summary>
    HelpdeskAuditQa,
}

/// <summary>Names the feature that a hook belongs to.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FeatureAttribute(AiFeature feature) : Attribute
{
    public AiFeature Feature => feature;

    public static AiFeature Of(IHook hook) => hook.GetType().GetCustomAttribute<FeatureAttribute>()?.Feature
        ?? throw new InvalidOperationException($"{hook.GetType().Name} names no feature.");
}

/// <summary>What the answer of a hook took.</summary>
/// <param name="PromptTokens">Tokens that were sent, of all calls that the answer needed.</param>
/// <param name="CompletionTokens">Tokens that the model answered with.</param>
/// <param name="Model">The model.</param>
[Example("""{"prompt_tokens": 412, "completion_tokens": 87, "model": "claude-haiku-4-5-20251001"}""")]
public sealed record AiUsage(int PromptTokens, int CompletionTokens, string Model);
