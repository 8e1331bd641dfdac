using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Helpdesk.TestKit;

/// <summary>
/// The provider of models, as its clients see it: the Messages API over HTTP, with its envelope, its headers and its ways to fail. It answers
/// each key as the key's test says, and keeps what it was sent. A key that no test has told of is unknown to it.
/// </summary>
public sealed class AnthropicServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, AnthropicKey> _keys = new();
    private readonly WebApplication _app;

    private AnthropicServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public static AnthropicServer Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new AnthropicServer(app);
        app.Run(server.AnswerAsync);
        app.StartAsync().GetAwaiter().GetResult();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>A new key that the provider knows.</summary>
    public AnthropicKey NewKey()
    {
        var key = new AnthropicKey($"sk-ant-test-{Guid.NewGuid():N}");
        _keys[key.Secret] = key;
        return key;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers["request-id"] = $"req_stub_{Guid.NewGuid():N}";
        if (http.Request is not { Method: "POST", Path.Value: "/v1/messages" })
        {
            await ModelReply.Failure(404, "not_found_error", "Not found").SendAsync(http, null);
            return;
        }

        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        if (!_keys.TryGetValue(SecretOf(http.Request.Headers), out var key))
        {
            await ModelReply.Failure(401, "authentication_error", "invalid API key").SendAsync(http, null);
            return;
        }

        var asked = new ModelAsked(text, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        key.Asked.Enqueue(asked);
        await (await key.Answer(asked)).SendAsync(http, asked);
    }

    /// <summary>The provider takes a key in either header.</summary>
    private static string SecretOf(IHeaderDictionary headers) => headers["x-api-key"] is [{ } key] ? key
        : headers.Authorization is [{ } value] && value.StartsWith("Bearer ", StringComparison.Ordinal) ? value["Bearer ".Length..]
        : "";
}

/// <summary>A key, how it is answered, and what was asked with it.</summary>
/// <param name="secret">The text of the key.</param>
public sealed class AnthropicKey(string secret)
{
    public string Secret => secret;

    /// <summary>What the model answers; by default that a test should have said so.</summary>
    public Func<ModelAsked, Task<ModelReply>> Answer { get; set; } = _ => throw new InvalidOperationException("No answer was told.");

    public ConcurrentQueue<ModelAsked> Asked { get; } = new();

    /// <summary>The same answer, however often it is asked.</summary>
    public AnthropicKey Always(ModelReply reply) => Does(_ => reply);

    public AnthropicKey Does(Func<ModelAsked, ModelReply> answer)
    {
        Answer = asked => Task.FromResult(answer(asked));
        return this;
    }

    /// <summary>One answer after the other; the last one for good.</summary>
    public AnthropicKey Then(params ModelReply[] replies)
    {
        var at = -1;
        return Does(_ => replies[Math.Min(Interlocked.Increment(ref at), replies.Length - 1)]);
    }
}

/// <summary>What the model was sent.</summary>
/// <param name="Text">The body as it came.</param>
/// <param name="Headers">The headers.</param>
public sealed record ModelAsked(string Text, IReadOnlyDictionary<string, string> Headers)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonDocument.Parse(Text).RootElement);

    public JsonElement Json => _json.Value;

    public string Model => Json.GetProperty("model").GetString()!;

    /// <summary>The instructions.</summary>
    public string System => Json.GetProperty("system").GetString()!;

    /// <summary>What the user part says.</summary>
    public string Data => Json.GetProperty("messages")[0].GetProperty("content").GetString()!;

    /// <summary>The objects of the data that have a name, in their order.</summary>
    public JsonElement[] Of(string name) =>
        [.. Data.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty(name, out _)).Select(line => line.GetProperty(name))];
}

/// <summary>An answer of the provider, or a failure.</summary>
public sealed class ModelReply
{
    private readonly Func<HttpContext, ModelAsked?, Task> _send;

    private ModelReply(Func<HttpContext, ModelAsked?, Task> send) => _send = send;

    /// <summary>The model fills in its tool.</summary>
    public static ModelReply Tool(object input, int sent = 100, int answered = 20) => Message("tool_use", sent, answered, new JsonObject
    {
        ["type"] = "tool_use",
        ["id"] = "toolu_stub",
        ["name"] = "answer",
        ["input"] = input as JsonNode ?? JsonSerializer.SerializeToNode(input),
    });

    /// <summary>The model writes a text instead.</summary>
    public static ModelReply Says(string text, string reason = "end_turn", int sent = 100, int answered = 20) =>
        Message(reason, sent, answered, new JsonObject { ["type"] = "text", ["text"] = text });

    /// <summary>The model fills in its tool and runs out of tokens.</summary>
    public static ModelReply RunsOut(object input) => Message("max_tokens", 100, 20, new JsonObject
    {
        ["type"] = "tool_use",
        ["id"] = "toolu_stub",
        ["name"] = "answer",
        ["input"] = JsonSerializer.SerializeToNode(input),
    });

    public static ModelReply Refusal() => Message("refusal", 100, 1);

    /// <summary>A status of its own with the provider's envelope.</summary>
    public static ModelReply Failure(int status, string type, string message = "failed", string? retryAfter = null) => new(async (http, _) =>
    {
        if (retryAfter is not null)
            http.Response.Headers.RetryAfter = retryAfter;
        await WriteAsync(http, status, new JsonObject
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
        }.ToJsonString());
    });

    public static ModelReply Overloaded() => Failure(529, "overloaded_error", "Overloaded");

    /// <summary>Hears the question and never says a word.</summary>
    public static ModelReply Hangs() => new(async (http, _) =>
    {
        try
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up.
        }
    });

    /// <summary>Hears the question and hangs up.</summary>
    public static ModelReply HangsUp() => new((http, _) =>
    {
        http.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Hangs up in the middle of the answer.</summary>
    public static ModelReply BreaksOff() => new(async (http, _) =>
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = 4_000;
        await http.Response.WriteAsync("""{"id":"msg_stub","type":"message","role":"assistant","content":[{"type":"tex""");
        await http.Response.Body.FlushAsync();
        http.Abort();
    });

    /// <summary>A whole answer that is half a JSON text.</summary>
    public static ModelReply HalfJson() => new((http, _) => WriteAsync(http, 200, """{"id":"msg_stub","type":"message","content":[{"ty"""));

    /// <summary>An answer that takes its time.</summary>
    public ModelReply After(Task ready) => new(async (http, asked) =>
    {
        await ready;
        await _send(http, asked);
    });

    internal Task SendAsync(HttpContext http, ModelAsked? asked) => _send(http, asked);

    private static ModelReply Message(string reason, int sent, int answered, params JsonNode[] content) => new((http, asked) => WriteAsync(http, 200, new JsonObject
    {
        ["id"] = $"msg_{Guid.NewGuid():N}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = asked!.Model,
        ["content"] = new JsonArray([.. content.Select(block => block.DeepClone())]),
        ["stop_reason"] = reason,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = sent, ["output_tokens"] = answered, ["cache_creation_input_tokens"] = 0, ["cache_read_input_tokens"] = 0 },
    }.ToJsonString()));

    private static Task WriteAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }
}
