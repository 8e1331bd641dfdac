using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Logging;

namespace Helpdesk.AI;

/// <summary>Claude, by Anthropic's own SDK, which only speaks here: waiting, trying again and giving up are ours (<see cref="ModelTransport"/>).</summary>
/// <remarks>
/// The SDK is eleven megabytes, which the start should not load. So none of its types stands in a field, and what an async method keeps over an
/// await is a field, too: tasks go by their plain type there.
/// </remarks>
internal sealed class AnthropicModel(ModelTransport transport, AiOptions options, ILogger<AnthropicModel> logger) : IModel
{
    public async Task<ModelAnswer> AskAsync(ModelCall call, ModelKey key, CancellationToken ct)
    {
        using var span = Telemetry.Start("chat", call.Model);
        span?.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.provider.name", "anthropic")
            .SetTag("gen_ai.request.model", call.Model).SetTag("gen_ai.request.max_tokens", call.MaxTokens);
        using var way = transport.WayOf(key);
        using var http = new HttpClient(way, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            var sending = Send(call, key, http, ct);
            await sending;
            var reading = Read(sending, ct);
            await reading;
            return AnswerOf(sending, reading, span);
        }
        catch (Exception exception)
        {
            // Whatever happened between here and there: a hook answers with a code, and never with a failure of its own.
            var status = StatusOf(exception);
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", status is { } code ? $"{(int)code}" : exception.GetType().Name);
            logger.LogWarning("A call of {Model} failed: {Status} {Fault}", call.Model, (int?)status, FaultOf(exception));
            return new(status is HttpStatusCode.Unauthorized ? ModelFault.UnknownKey : way.MayHaveCost ? ModelFault.Lost : ModelFault.Refused);
        }
    }

    private Task Send(ModelCall call, ModelKey key, HttpClient http, CancellationToken ct)
    {
        // Key, address and tracing are said here: what is left open, the SDK takes from variables of the process.
        var client = new AnthropicClient(new ClientOptions
        {
            HttpClient = http,
            BaseUrl = options.BaseAddress,
            ApiKey = key.Secret,
            AuthToken = null,
            MaxRetries = 0,
            Timeout = TimeSpan.FromMinutes(2),
            OpenTelemetry = new OpenTelemetryOptions { Traces = new OpenTelemetryTraces { Enabled = false } },
        });
        return client.WithRawResponse.Messages.Create(ParametersOf(call), ct);
    }

    private static Task Read(Task sending, CancellationToken ct) => ((Task<HttpResponse<Message>>)sending).Result.Deserialize(ct);

    private static ModelAnswer AnswerOf(Task sending, Task reading, Activity? span)
    {
        using var response = ((Task<HttpResponse<Message>>)sending).Result;
        var message = ((Task<Message>)reading).Result;
        var (sent, answered) = ((int)message.Usage.InputTokens, (int)message.Usage.OutputTokens);
        var reason = message.StopReason?.Raw() ?? "";
        span?.SetTag("gen_ai.response.id", message.ID).SetTag("gen_ai.response.model", message.Model.Raw())
            .SetTag("gen_ai.response.finish_reasons", new[] { reason })
            .SetTag("gen_ai.usage.input_tokens", sent).SetTag("gen_ai.usage.output_tokens", answered)
            .SetTag("anthropic.request_id", response.RequestID);
        return new(ModelFault.None, InputOf(message, reason), reason == "refusal", sent, answered);
    }

    private static MessageCreateParams ParametersOf(ModelCall call) => new()
    {
        Model = call.Model,
        MaxTokens = call.MaxTokens,
        System = call.System,
        Messages = [new UserMessageParam(call.Data)],
        Tools =
        [
            new Tool
            {
                Name = ModelCall.Tool,
                Description = "Takes the answer.",
                InputSchema = InputSchema.FromRawUnchecked(call.Schema.Deserialize<Dictionary<string, JsonElement>>()!),
            },
        ],
        ToolChoice = new ToolChoiceTool(ModelCall.Tool) { DisableParallelToolUse = true },
    };

    /// <summary>What the model filled into its tool. An answer that ran out of tokens is none: its end is missing.</summary>
    private static JsonElement? InputOf(Message message, string reason)
    {
        if (reason is "max_tokens" or "refusal")
            return null;
        foreach (var block in message.Content)
        {
            if (block.TryPickToolUse(out var tool) && tool.Name == ModelCall.Tool)
                return JsonSerializer.SerializeToElement(tool.Input);
        }

        return null;
    }

    private static HttpStatusCode? StatusOf(Exception exception) => (exception as AnthropicApiException)?.StatusCode;

    /// <summary>The kinds of what went wrong, without a word of what was said: providers quote what they are sent.</summary>
    private static string FaultOf(Exception exception) =>
        exception.InnerException is { } cause ? $"{exception.GetType().Name}, {cause.GetType().Name}" : exception.GetType().Name;
}
