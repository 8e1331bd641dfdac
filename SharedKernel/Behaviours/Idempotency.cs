using System.Security.Cryptography;
using System.Text;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Secrets;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.Extensions.Primitives;

namespace Helpdesk.SharedKernel.Behaviours;

/// <summary>A reply as it goes over the wire.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, a JSON text.</param>
/// <param name="Replayed">Whether it was stored by an earlier request with the same key.</param>
/// <param name="HoldsSecret">Whether it must not be stored as it is.</param>
public sealed record RenderedReply(int Status, string Body, bool Replayed = false, bool HoldsSecret = false);

/// <summary>Turns the outcome of a request into the bytes that a dialect sends.</summary>
/// <typeparam name="TResponse">The <see cref="Result{T}"/> of the request.</typeparam>
public interface IReplyRenderer<TResponse>
{
    /// <summary>Renders a success or a refusal.</summary>
    RenderedReply Render(RequestContext context, TResponse response);
}

/// <summary>What makes a retry the same request (mobieus 3.5): who, where to, and the header's value; and a fingerprint of the body.</summary>
/// <param name="Identity">Hash of path and header value.</param>
/// <param name="Fingerprint">Hash of the body.</param>
internal sealed record IdempotencyKey(Guid Identity, Guid Fingerprint)
{
    /// <summary>Why a header cannot be a retry key; null when it can, and when there is none.</summary>
    public static Error? WhyNot(StringValues header) => header.Count == 0 || IsAcceptable(header)
        ? null
        : Error.Invalid("Idempotency-Key", "must be 1 to 255 printable ASCII characters.");

    public static IdempotencyKey Of(string path, string header, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(path + "\n" + header), hash);
        var identity = new Guid(hash[..16]);
        SHA256.HashData(body, hash);
        return new(identity, new Guid(hash[..16]));
    }

    private static bool IsAcceptable(string? header) =>
        header is { Length: >= 1 and <= 255 } && !header.AsSpan().ContainsAnyExceptInRange(' ', '~');
}

/// <summary>
/// Remembers replies for 24 hours under the caller's retry key. The reply is stored by the transaction that did the work, so a crash can
/// lose both or keep both. The primary key decides who was first: a twin waits there, is refused by it, and replays.
/// </summary>
public sealed class Idempotency(TenantDb db, RequestContext context, SecretKeeper secrets, TimeProvider clock)
{
    private const string Purpose = "idempotency.reply";

    // Replies are JSON objects, so none begins like this.
    private const string Sealed = "sealed:";

    internal const string Constraint = "idempotency_pkey";
    internal static readonly TimeSpan Memory = TimeSpan.FromHours(24);

    private const string RememberSql = """
        insert into kernel.idempotency (tenant_id, caller_id, identity, fingerprint, status, reply, late_token, late_number, created_at)
        values (@TenantId, @CallerId, @Identity, @Fingerprint, @Status, @Reply, null, null, @Now)
        """;

    private const string RememberNumberedSql = """
        insert into kernel.idempotency (tenant_id, caller_id, identity, fingerprint, status, reply, late_token, late_number, created_at)
        select @TenantId, @CallerId, @Identity, @Fingerprint, @Status, @Reply, @LateToken, counter.value, @Now
        from kernel.counter where counter.tenant_id = @TenantId and counter.name = @Counter
        """;

    private const string RememberRefusalSql = RememberSql + " on conflict do nothing";

    private const string FindSql = """
        select fingerprint, status, reply, late_token, late_number, created_at from kernel.idempotency
        where tenant_id = @TenantId and caller_id = @CallerId and identity = @Identity
        """;

    private const string ForgetSql = """
        delete from kernel.idempotency
        where tenant_id = @TenantId and caller_id = @CallerId and identity = @Identity and created_at = @CreatedAt
        """;

    /// <summary>The retry key belongs to another request.</summary>
    public static readonly Error Reused = new("idempotency_key_reused", ErrorKind.Invalid,
        "This Idempotency-Key was used with another body. Take a new key for a new request.");

    /// <summary>The first request with the retry key takes longer than a wait for it may.</summary>
    public static readonly Error InProgress =
        new("idempotency_in_progress", ErrorKind.Conflict, "A request with this Idempotency-Key is still being processed.");

    /// <summary>Adds the reply to the writes of the request.</summary>
    internal void Remember(IdempotencyKey key, RenderedReply reply)
    {
        if (db.Late is { } late)
            db.EnqueueLast(RememberNumberedSql, Row(key, reply, context.RequestId, late.Counter));
        else
            db.EnqueueLast(RememberSql, Row(key, reply));
    }

    /// <summary>Stores a refusal, whose work was rolled back. A twin may have been first; then its reply stands.</summary>
    internal async Task RememberRefusalAsync(IdempotencyKey key, RenderedReply reply, CancellationToken ct)
    {
        db.Enqueue(RememberRefusalSql, Row(key, reply));
        await db.CommitAsync(ct);
        db.Discard();
    }

    /// <summary>
    /// The reply stored under the key, or null when there is none (any more). Fails with <c>idempotency_key_reused</c> when it was
    /// another request's.
    /// </summary>
    internal async Task<Result<RenderedReply?>> FindAsync(IdempotencyKey key, CancellationToken ct)
    {
        var args = new { db.TenantId, CallerId = context.Caller.Id, key.Identity };
        var stored = await db.SingleOrDefaultAsync<Stored>(FindSql, args, ct);
        if (stored is null)
            return (RenderedReply?)null;
        if (clock.GetUtcNow() - stored.CreatedAt >= Memory)
        {
            db.Enqueue(ForgetSql, new { db.TenantId, CallerId = context.Caller.Id, key.Identity, stored.CreatedAt });
            await db.CommitAsync(ct);
            db.Discard();
            return (RenderedReply?)null;
        }

        if (stored.Fingerprint != key.Fingerprint)
            return Reused;
        // The claim of a hook that is at work has no answer yet.
        if (stored.Status == 0)
            return InProgress;
        var reply = stored is { LateToken: { } token, LateNumber: { } number }
            ? LateNumber.FillIn(stored.Reply, token, number)
            : Open(stored.Reply);
        return new RenderedReply(stored.Status, reply, Replayed: true);
    }

    /// <summary>
    /// For requests that end before they reach a handler: the stored reply when there is one (left in the context, answer null), else the
    /// refusal to give. An unacceptable value is remembered like a handler's own refusal; what could not even be read is not.
    /// </summary>
    internal async Task<Error?> ReplayOrRefuseAsync<TResponse>(Error error, IReplyRenderer<TResponse> renderer, CancellationToken ct)
        where TResponse : IFailable<TResponse>
    {
        var key = context.Idempotency!;
        var found = await FindAsync(key, ct);
        if (found.Error is not null)
            return found.Error;
        context.Reply = found.Value;
        if (context.Reply is not null || error.Kind is not ErrorKind.Invalid)
            return context.Reply is null ? error : null;
        context.Reply = renderer.Render(context, TResponse.Fail(error));
        await RememberRefusalAsync(key, context.Reply, ct);
        return error;
    }

    private string Open(string reply) => reply.StartsWith(Sealed, StringComparison.Ordinal)
        ? secrets.Unprotect(Purpose, db.TenantId, Convert.FromBase64String(reply[Sealed.Length..]))
        : reply;

    private object Row(IdempotencyKey key, RenderedReply reply, string? lateToken = null, string? counter = null) => new
    {
        db.TenantId,
        CallerId = context.Caller.Id,
        key.Identity,
        key.Fingerprint,
        reply.Status,
        Reply = reply.HoldsSecret ? Sealed + Convert.ToBase64String(secrets.Protect(Purpose, db.TenantId, reply.Body)) : reply.Body,
        LateToken = lateToken,
        Counter = counter,
        Now = clock.GetUtcNow().UtcDateTime,
    };

    private sealed record Stored(
        Guid Fingerprint, int Status, string Reply, string? LateToken, int? LateNumber, DateTime CreatedAt);
}
