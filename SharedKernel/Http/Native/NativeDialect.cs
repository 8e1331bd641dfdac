using System.Text.Json;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>The native dialect: what modules refuse goes out under the code that they gave it (mobieus 3.2).</summary>
public sealed class NativeDialect : Dialect
{
    /// <summary>The one there is.</summary>
    public static readonly NativeDialect Instance = new();

    private NativeDialect()
    {
    }

    /// <inheritdoc/>
    public override string Name => "mobieus";

    /// <inheritdoc/>
    public override ScopeTable Scopes => Native.Scopes.Table;

    /// <inheritdoc/>
    public override KeyForm Keys { get; } = new("mc_live_", "mc_test_");

    /// <inheritdoc/>
    public override bool HasLimits => true;

    /// <inheritdoc/>
    public override bool IsForOtherOrigins => true;

    /// <inheritdoc/>
    public override Error ErrorOf(Fault fault) => fault switch
    {
        Fault.TooLarge => NativeErrors.PayloadTooLarge,
        Fault.TimedOut => NativeErrors.RequestTimeout,
        Fault.Unreadable => NativeErrors.BadRequest,
        Fault.Unavailable => NativeErrors.Unavailable,
        Fault.Bug => NativeErrors.ServerError,
    };

    /// <inheritdoc/>
    protected internal override int StatusOf(Error error) => error.Kind.Status();

    /// <inheritdoc/>
    protected internal override void AddHeaders(IHeaderDictionary headers, Error error)
    {
        if (error.Kind is ErrorKind.Unauthenticated)
            headers.WWWAuthenticate = "Bearer";
        if (error.Kind is ErrorKind.Unavailable || error.Code is "idempotency_in_progress")
            headers.RetryAfter = "1";
    }

    /// <summary>Further members stand both in <c>extra</c> and beside the code: the sources show both places.</summary>
    protected internal override void Write(Utf8JsonWriter json, Error error, RequestContext context)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        json.WriteString("request_id"u8, context.RequestId);
        WriteExtra(json, error);
        json.WriteStartObject("extra"u8);
        WriteExtra(json, error);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteExtra(Utf8JsonWriter json, Error error)
    {
        foreach (var (name, value) in error.Extra)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, WireJson.Options);
        }
    }
}
