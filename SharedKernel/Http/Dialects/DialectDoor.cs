using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>
/// The first stop of every request, where its host name tells the dialect and its context is put at hand, and the last stop of exceptions:
/// bugs and outages. Logs them once with the request id and answers in the dialect's shape, without a word of SQL or of the code. The log
/// gets no values either: the exception itself is not handed to it.
/// </summary>
internal sealed class DialectDoor(RequestDelegate next, HostTable hosts, ILogger<DialectDoor> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var context = http.RequestServices.GetRequiredService<RequestContext>();
        http.Features.Set(context);
        (context.Gate, context.Host) = hosts.Find(http.Request.Host.Host);
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
        catch (Exception exception)
        {
            var fault = FaultOf(exception);
            if (fault is Fault.Bug)
                logger.LogError("Request {RequestId} failed: {Fault}", context.RequestId, FaultText.Of(exception));
            else if (fault is Fault.Unavailable)
                logger.LogWarning("Request {RequestId} could not reach the database: {Reason}", context.RequestId, FaultText.Brief(exception));
            if (http.Response.HasStarted)
                http.Abort();
            else
                await context.Dialect.RefuseAsync(http, context, context.Dialect.ErrorOf(fault));
        }
    }

    /// <summary>Lets the request through the gate of its dialect; stands behind routing.</summary>
    public static Task PassAsync(HttpContext http, RequestDelegate next)
    {
        var context = http.Context();
        return context.Gate.PassAsync(http, context, next);
    }

    private static Fault FaultOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Fault.TooLarge,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => Fault.TimedOut,
        BadHttpRequestException => Fault.Unreadable,
        NodeLeaseLostException => Fault.Unavailable,
        // Connections cut, a server that starts or stops, waits that took too long: all of them may pass.
        PostgresException { SqlState: var state } when state.StartsWith("57P", StringComparison.Ordinal)
            || state is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            || state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            || state is PostgresErrorCodes.ReadOnlySqlTransaction => Fault.Unavailable,
        PostgresException => Fault.Bug,
        NpgsqlException or TimeoutException => Fault.Unavailable,
        _ => Fault.Bug,
    };
}
