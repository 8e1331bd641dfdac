using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Secrets;
using Microsoft.Extensions.Logging;

namespace Helpdesk.AI;

/// <summary>
/// Asks the model on behalf of a hook: takes the worst price, calls, writes down what became of it, reads the answer; and asks once more where
/// the answer is of no use. From the first call on, a client that goes away stops nothing: what is paid for is brought to its end.
/// </summary>
internal sealed class HookModel(
    TenantDb db, AiGate gate, CallWriter calls, IModel model, SecretKeeper secrets, AiOptions options, TimeProvider clock, ILogger<HookModel> logger)
{
    private const int Attempts = 2;

    // The part of the time that must be left for another call to be worth its money: five seconds of thirty.
    private const double EnoughTime = 1 / 6.0;

    /// <summary>Asks, and reads the answer.</summary>
    /// <typeparam name="T">What the answer is made into.</typeparam>
    /// <param name="question">The question.</param>
    /// <param name="read">Makes something of the answer; what is wrong with it stands in <see cref="ToolInput.Fault"/> then.</param>
    /// <param name="ct">Stops what comes before the first call.</param>
    public async Task<Result<Answered<T>>> AskAsync<T>(Question question, Func<ToolInput, T> read, CancellationToken ct)
    {
        var (begun, time) = (clock.GetTimestamp(), TimeSpan.FromSeconds(options.TimeoutSeconds));
        using var deadline = new CancellationTokenSource(time, clock);
        var (promptTokens, completionTokens, repair) = (0, 0, (string?)null);
        for (var attempt = 1; ; attempt++)
        {
            var taken = await TakeAsync(question, repair, attempt == 1 ? ct : CancellationToken.None);
            if (!taken.TryGet(out var call))
                return attempt == 1 || taken.Error == AiErrors.NoKey ? taken.Error! : AiErrors.MalformedJson;

            var answer = await model.AskAsync(call.Call, call.Key, deadline.Token);
            var input = answer.Input is { } json ? new ToolInput(json) : null;
            var value = input is null ? default! : read(input);
            var fault = answer.Fault is ModelFault.None ? input is null ? "There was no complete answer." : input.Fault : null;
            var error = ErrorOf(answer.Fault) ?? (fault is null ? null : AiErrors.MalformedJson);
            Save(call, answer, error?.Code ?? "ok");
            promptTokens += answer.PromptTokens;
            completionTokens += answer.CompletionTokens;
            if (error is null)
                return new Answered<T>(value, new AiUsage(promptTokens, completionTokens, call.Call.Model));
            if (fault is null || answer.IsRefusal || attempt == Attempts || time - clock.GetElapsedTime(begun) < time * EnoughTime)
                return error;
            // The money of the first call is settled before that of the second is taken.
            await db.WriteOutAsync(CancellationToken.None);
            repair = fault;
        }
    }

    /// <summary>What a hook costs that needs no call after all: nothing.</summary>
    public async Task<AiUsage> UnaskedAsync(CancellationToken ct) => new(0, 0, (await gate.StateAsync(ct)).ModelOf(gate.Feature));

    private async Task<Result<Begun>> TakeAsync(Question question, string? repair, CancellationToken ct)
    {
        // Anew for each call: the gate was passed a while ago.
        for (var state = await gate.StateAsync(ct); ;)
        {
            if (state.Key is null || ReadKey(state) is not { } key)
                return AiErrors.NoKey;
            if (!state.Has(gate.Feature))
                return AiErrors.GateBlocked(GateReason.FeatureDisabled);
            var name = state.ModelOf(gate.Feature);
            if (!options.Prices.TryGetValue(name, out var price))
            {
                logger.LogWarning("The model {Model} of the tenant {Tenant} has no price, so that no cap can be kept with it: nothing is asked", name, db.TenantId);
                return AiErrors.GateBlocked(GateReason.SpendCap);
            }

            var call = question.ToCall(name, repair);
            var worst = price.Micros(call.MostPromptTokens, call.MaxTokens);
            if (await calls.TakeAsync(state, gate.Feature, name, question.TicketId, worst) is { } taken)
                return new Begun(call, new ModelKey(db.TenantId, state.KeyVersion, key), taken, price);
            var now = await gate.StateAsync(ct);
            if (now.WhyNot(gate.Feature, worst) is { } reason)
                return reason is GateReason.NoKey ? AiErrors.NoKey : AiErrors.GateBlocked(reason);
            // What stood in the way is gone: another key is in force, or another call gave money back.
            state = now;
        }
    }

    private string? ReadKey(GateState state)
    {
        try
        {
            return secrets.Unprotect(AiSettings.KeyPurpose, db.TenantId, state.Key!);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private void Save(Begun call, ModelAnswer answer, string status)
    {
        var micros = answer.Fault switch
        {
            ModelFault.None => call.Price.Micros(answer.PromptTokens, answer.CompletionTokens),
            ModelFault.Lost => call.Taken.Worst,
            ModelFault.UnknownKey or ModelFault.Refused => 0,
        };
        calls.Save(call.Taken, status, answer.PromptTokens, answer.CompletionTokens, micros);
        Telemetry.AiCalls.Add("outcome", status);
    }

    private static Error? ErrorOf(ModelFault fault) => fault switch
    {
        ModelFault.None => null,
        ModelFault.UnknownKey => AiErrors.NoKey,
        ModelFault.Refused or ModelFault.Lost => AiErrors.ProviderError,
    };

    private sealed record Begun(ModelCall Call, ModelKey Key, TakenCall Taken, ModelPrice Price);
}

/// <summary>A question of a hook.</summary>
/// <param name="Prompt">The instructions.</param>
/// <param name="Data">What it is about.</param>
/// <param name="Schema">The JSON schema of the answer.</param>
/// <param name="MaxTokens">The most tokens of the answer.</param>
/// <param name="TicketId">The ticket that it is about, if any.</param>
internal sealed record Question(Prompt Prompt, Fenced Data, JsonObject Schema, int MaxTokens, long? TicketId)
{
    /// <summary>The question as it is sent.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="repair">What was wrong with the answer before, in our own words.</param>
    public ModelCall ToCall(string model, string? repair) => new(
        model, Prompt.For(Data) + (repair is null ? "" : $"\n\nYour answer before this one was of no use: {repair} Answer again, and keep to the schema."),
        Data.Text, Schema, MaxTokens);
}

/// <summary>An answer that is of use.</summary>
/// <typeparam name="T">What was made of it.</typeparam>
/// <param name="Value">What was made of it.</param>
/// <param name="Usage">What it took.</param>
internal sealed record Answered<T>(T Value, AiUsage Usage);
