namespace Helpdesk.AI;

/// <summary>
/// What calls cost. The worst price of a call is taken before the call is made, together with its place in the minute, by one statement on
/// the tenant's row of the month: calls that arrive together queue there, and the sum cannot pass the cap. What the call did not need is given
/// back after it. A process that dies in between leaves the worst price taken (<see cref="AbandonedCalls"/>).
/// </summary>
internal sealed class CallWriter(TenantDb db, RequestContext context, EventLog log, Ids ids, TimeProvider clock)
{
    /// <summary>The status of a call that ended with its process.</summary>
    public const string Lost = "lost";

    // The key's version stands in it so that a key which was removed or changed meanwhile is not used.
    private const string TakeSql = """
        with taken as (
            insert into ai.spend as s (tenant_id, month, spent_micros, minute, calls)
            select t.tenant_id, @Month, @Worst, @Minute, 1 from ai.setting t
            where t.tenant_id = @TenantId and t.key is not null and t.key_version = @KeyVersion and @Worst <= t.cap_micros and t.per_minute > 0
            on conflict (tenant_id, month) do update
            set spent_micros = s.spent_micros + excluded.spent_micros, minute = greatest(s.minute, excluded.minute),
                calls = case when s.minute < excluded.minute then 1 else s.calls + 1 end
            where s.spent_micros + excluded.spent_micros <= @CapMicros and (s.minute < excluded.minute or s.calls < @PerMinute)
            returning s.tenant_id)
        insert into ai.feature_usage (tenant_id, id, feature, ticket_id, actor_kind, actor_id, is_test, model, prompt_tokens, completion_tokens,
            cost_micros, status, created_at)
        select taken.tenant_id, @Id, @Feature, @TicketId, @ActorKind, @ActorId, @IsTest, @Model, 0, 0, @Worst, 'started', @CreatedAt from taken
        returning id
        """;

    // Once for each call, however often it is sent: money must not be given back twice.
    private const string SettleSql = """
        with settled as (
            update ai.feature_usage
            set prompt_tokens = @PromptTokens, completion_tokens = @CompletionTokens, cost_micros = @CostMicros, status = @Status
            where tenant_id = @TenantId and id = @Id and status = 'started'
            returning tenant_id)
        update ai.spend s set spent_micros = s.spent_micros + @Difference from settled
        where s.tenant_id = @TenantId and s.tenant_id = settled.tenant_id and s.month = @Month
        """;

    // Fails where somebody else has settled the call, so that the event is written once.
    private const string AbandonSql = """
        with abandoned as (
            update ai.feature_usage set status = 'lost' where tenant_id = @TenantId and id = @Id and status = 'started'
            returning 1)
        select kernel.expect_one(count(*)) from abandoned
        """;

    /// <summary>
    /// Takes the worst price; null when there is not so much left, the minute is full, or the key is another one by now. Cannot be stopped: what was
    /// taken for a call that is never made would be taken for good.
    /// </summary>
    public async Task<TakenCall?> TakeAsync(GateState state, AiFeature feature, string model, long? ticketId, long worst)
    {
        var (id, now, caller) = (ids.Next(), Period.Of(clock.GetUtcNow()), context.Caller);
        var taken = await db.SingleOrDefaultAsync<long>(TakeSql, new
        {
            db.TenantId,
            now.Month,
            now.Minute,
            Worst = worst,
            state.KeyVersion,
            state.CapMicros,
            state.PerMinute,
            Id = id,
            Feature = WireName<AiFeature>.Of(feature),
            TicketId = ticketId,
            ActorKind = (short)caller.Kind,
            ActorId = caller.Id,
            caller.IsTest,
            Model = model,
            CreatedAt = Ids.TimeOf(id).UtcDateTime,
        }, CancellationToken.None);
        return taken == id ? new TakenCall(id, now.Month, feature, model, ticketId, worst) : null;
    }

    /// <summary>Adds to what the hook writes what came of the call, its true price, and its event.</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">What came of the call: <c>ok</c>, or the code of an error.</param>
    /// <param name="promptTokens">Tokens that were sent, as far as is known.</param>
    /// <param name="completionTokens">Tokens that were answered.</param>
    /// <param name="micros">What it cost, in millionths of a dollar.</param>
    public void Save(TakenCall call, string status, int promptTokens, int completionTokens, long micros)
    {
        db.EnqueueShared(SettleSql, new
        {
            db.TenantId,
            call.Id,
            PromptTokens = promptTokens,
            CompletionTokens = completionTokens,
            CostMicros = micros,
            Status = status,
            call.Month,
            Difference = micros - call.Worst,
        });
        log.Append(new AiCalled(call.Id, call.TicketId, WireName<AiFeature>.Of(call.Feature), call.Model, promptTokens, completionTokens, micros / 1e6, status));
    }

    /// <summary>Adds to what is written that a call ended with its process: at its worst price, which is taken already, and with its event.</summary>
    public void Abandon(long id, long? ticketId, string feature, string model, long worst)
    {
        db.Enqueue(AbandonSql, new { db.TenantId, Id = id });
        log.Append(new AiCalled(id, ticketId, feature, model, 0, 0, worst / 1e6, Lost));
    }
}

/// <summary>A call whose worst price is taken.</summary>
/// <param name="Id">The id of its row of usage.</param>
/// <param name="Month">The month that pays for it.</param>
/// <param name="Feature">What it is for.</param>
/// <param name="Model">Who is asked.</param>
/// <param name="TicketId">The ticket that it is about, if any.</param>
/// <param name="Worst">What was taken, in millionths of a dollar.</param>
internal sealed record TakenCall(long Id, int Month, AiFeature Feature, string Model, long? TicketId, long Worst);

/// <summary>A model was called, whatever came of the call.</summary>
/// <param name="CallId">The id of the call's row of usage.</param>
/// <param name="Ticket">The ticket that it was about, if any.</param>
/// <param name="Feature">What it was for.</param>
/// <param name="Model">Who was asked.</param>
/// <param name="PromptTokens">Tokens that were sent.</param>
/// <param name="CompletionTokens">Tokens that were answered.</param>
/// <param name="CostUsd">What it cost, in US dollars.</param>
/// <param name="Status">What came of the call: <c>ok</c>, the code that it was answered with, or <c>lost</c> when it ended with its process.</param>
public sealed record AiCalled(
    long CallId, long? Ticket, string Feature, string Model, int PromptTokens, int CompletionTokens, double CostUsd, string Status)
    : DomainEvent("ai.called", "ai_call", CallId)
{
    /// <inheritdoc/>
    public override long? TicketId => Ticket;

    /// <inheritdoc/>
    public override object Payload => new { Feature, Model, PromptTokens, CompletionTokens, CostUsd, Status };
}
