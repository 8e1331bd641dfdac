using System.Text;
using System.Text.Json.Nodes;

namespace Helpdesk.AI;

/// <summary>A model that is asked one question at a time, and answers by the tool that it is given.</summary>
internal interface IModel
{
    /// <summary>Asks. Answers also when the provider fails; does not throw but for a bug.</summary>
    Task<ModelAnswer> AskAsync(ModelCall call, ModelKey key, CancellationToken ct);
}

/// <summary>A question to a model.</summary>
/// <param name="Model">Who is asked.</param>
/// <param name="System">The instructions; hold nothing that a stranger wrote.</param>
/// <param name="Data">What it is about, fenced.</param>
/// <param name="Schema">The JSON schema of the answer, an object.</param>
/// <param name="MaxTokens">The most tokens of the answer.</param>
internal sealed record ModelCall(string Model, string System, string Data, JsonObject Schema, int MaxTokens)
{
    /// <summary>The tool that the model has to answer by.</summary>
    public const string Tool = "answer";

    // The provider's own words around a tool, and what holds the parts together: some hundred tokens.
    private const int Around = 1_000;

    /// <summary>No text has more tokens than bytes.</summary>
    public long MostPromptTokens =>
        Encoding.UTF8.GetByteCount(System) + Encoding.UTF8.GetByteCount(Data) + Encoding.UTF8.GetByteCount(Schema.ToJsonString()) + Around;
}

/// <summary>A tenant's key to the model, in the clear. Not a record: those print their members.</summary>
/// <param name="tenantId">Whose it is.</param>
/// <param name="version">Which of the tenant's keys it is.</param>
/// <param name="secret">The key.</param>
internal sealed class ModelKey(long tenantId, int version, string secret)
{
    public long TenantId => tenantId;

    public int Version => version;

    public string Secret => secret;
}

/// <summary>What came back.</summary>
/// <param name="Fault">What went wrong on the way, if anything.</param>
/// <param name="Input">The answer; null when the model gave none by its tool.</param>
/// <param name="IsRefusal">Whether the model declined to answer: asking again is no use.</param>
/// <param name="PromptTokens">Tokens that were sent.</param>
/// <param name="CompletionTokens">Tokens that were answered.</param>
internal sealed record ModelAnswer(
    ModelFault Fault, System.Text.Json.JsonElement? Input = null, bool IsRefusal = false, int PromptTokens = 0, int CompletionTokens = 0);

/// <summary>What can go wrong on the way to a model and back.</summary>
internal enum ModelFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The provider does not know the key. Costs nothing.</summary>
    UnknownKey,

    /// <summary>The provider said no, or was not there to be asked. Costs nothing.</summary>
    Refused,

    /// <summary>It was asked and there is no answer that can be read: it may well have cost what it could.</summary>
    Lost,
}
