using Helpdesk.SharedKernel.Results;

namespace Helpdesk.SharedKernel.Http;

/// <summary>The one place where a kind of refusal becomes a status of the native dialect (mobieus 3.2).</summary>
public static class ErrorStatus
{
    /// <summary>The HTTP status.</summary>
    public static int Status(this ErrorKind kind) => kind switch
    {
        ErrorKind.Malformed => 400,
        ErrorKind.Unauthenticated => 401,
        ErrorKind.Forbidden => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.MethodNotAllowed => 405,
        ErrorKind.TimedOut => 408,
        ErrorKind.Conflict => 409,
        ErrorKind.TooLarge => 413,
        ErrorKind.UnsupportedMedia => 415,
        ErrorKind.Invalid => 422,
        ErrorKind.Limited => 429,
        ErrorKind.Internal => 500,
        ErrorKind.Declined => 502,
        ErrorKind.Unavailable => 503,
    };
}
