using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>
/// The last stop of exceptions: bugs and outages. Logs them once with the request id and answers in the dialect's shape, without a word
/// of SQL or of the code. The log gets no values either: the exception itself is not handed to it.
/// </summary>
internal sealed class NativeFaults(RequestDelegate next, ILogger<NativeFaults> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
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
            var context = http.RequestServices.GetRequiredService<RequestContext>();
            var error = ErrorFor(exception);
            if (error.Kind is ErrorKind.Internal)
                logger.LogError("Request {RequestId} failed: {Fault}", context.RequestId, FaultText.Of(exception));
            else if (error.Kind is ErrorKind.Unavailable)
                logger.LogWarning("Request {RequestId} could not reach the database: {Reason}", context.RequestId, FaultText.Brief(exception));
            if (http.Response.HasStarted)
                http.Abort();
            else
                await NativeReplies.SendAsync(http, error, context);
        }
    }

    private static Error ErrorFor(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => NativeErrors.PayloadTooLarge,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => NativeErrors.RequestTimeout,
        BadHttpRequestException => NativeErrors.BadRequest,
        NodeLeaseLostException => NativeErrors.Unavailable,
        // Connections cut, a server that starts or stops, waits that took too long: all of them may pass.
        PostgresException { SqlState: var state } when state.StartsWith("57P", StringComparison.Ordinal)
            || state is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            || state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            || state is PostgresErrorCodes.ReadOnlySqlTransaction => NativeErrors.Unavailable,
        PostgresException => NativeErrors.ServerError,
        NpgsqlException or TimeoutException => NativeErrors.Unavailable,
        _ => NativeErrors.ServerError,
    };
}
