using Helpdesk.Notifications.Contracts;
using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.Notifications;

/// <summary>
/// Sends the mail that waits, of all tenants, over one connection at a time. Several processes share the work. A mail is sent once; only
/// when a process or the connection dies between the server's taking it over and the note of that, it is sent again, under the same
/// Message-ID.
/// </summary>
internal sealed class MailSender(
    MailQueue queue, MailComposer composer, MailOptions options, TimeProvider clock, ILogger<MailSender> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    // What a mail that is under way gets when the process stops, so that it is not cut off for nothing.
    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(5);

    private TimeSpan Patience => TimeSpan.FromSeconds(options.TimeoutSeconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.IsOn)
            return;
        using var timer = new PeriodicTimer(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await SendDueAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping: whoever runs next goes on.
        }
    }

    private async Task SendDueAsync(CancellationToken ct)
    {
        try
        {
            while (await queue.TenantsAsync(ct) is { Count: > 0 } tenants)
            {
                foreach (var tenantId in tenants)
                {
                    // A server that cannot be used now is left alone for the rest of this round.
                    if (!await SendSomeAsync(tenantId, ct))
                        return;
                }
            }
        }
        // Whatever it is, it must not end the process: what was taken becomes due again.
        catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            logger.LogWarning("Mail waits for the next round: {Reason}", FaultText.Brief(exception));
        }
    }

    /// <summary>Tries some of a tenant's mail; false when the server cannot be used or the process stops.</summary>
    private async Task<bool> SendSomeAsync(long tenantId, CancellationToken ct)
    {
        var taken = await queue.TakeAsync(tenantId, ct);
        if (taken.Count == 0)
            return true;
        using var span = Telemetry.Start("send mail");
        var (session, down, next) = ((SmtpSession?)null, (SmtpFault?)null, 0);
        try
        {
            var compose = await composer.ReadAsync(tenantId, taken, ct);
            for (; next < taken.Count && !ct.IsCancellationRequested && HasTime(taken[next]); next++)
            {
                if (await ComposeAsync(compose, taken[next]) is not { } mail)
                    continue;
                using var limit = new CancellationTokenSource(Patience);
                using var stop = ct.Register(() => limit.CancelAfter(LastMoments));
                try
                {
                    session ??= await SmtpSession.OpenAsync(options, limit.Token);
                }
                catch (SmtpFault fault)
                {
                    down = fault;
                    break;
                }

                if (await TryAsync(session, taken[next], mail, limit.Token))
                    continue;
                await session.DisposeAsync();
                session = null;
            }
        }
        finally
        {
            if (session is not null)
                await session.DisposeAsync();
            foreach (var untried in taken.Skip(next))
                await (down is null ? queue.ReleaseAsync(untried) : FailedAsync(untried, down));
        }

        if (down is not null)
            logger.LogWarning("Mail waits for the mail server: {Reason}", down.ForLog);
        return down is null && !ct.IsCancellationRequested;
    }

    /// <summary>The mail; null when there is none to be sent now, which is written down then.</summary>
    private async Task<Mail?> ComposeAsync(Func<QueuedMail, Mail?> compose, QueuedMail queued)
    {
        try
        {
            if (compose(queued) is { } mail)
                return mail;
            await GiveUpAsync(queued, "there is nobody to send it to, or nothing to tell");
        }
        // One mail that cannot be written must not keep the others from being sent.
        catch (Exception exception) when (exception is not NpgsqlException)
        {
            logger.LogError("A mail of tenant {TenantId} could not be composed: {Reason}", queued.TenantId, FaultText.Brief(exception));
            await FailedAsync(queued, new(SmtpFaultKind.Later, "composing", 0, exception.GetType().Name));
        }

        return null;
    }

    /// <summary>Sends one mail and writes down what became of it; false when the session is of no more use.</summary>
    private async Task<bool> TryAsync(SmtpSession session, QueuedMail queued, Mail mail, CancellationToken ct)
    {
        try
        {
            await session.SendAsync(Mailbox.ForWire(mail.From.Address), Mailbox.ForWire(mail.To.Address), MimeText.Of(mail), ct);
        }
        catch (SmtpFault fault)
        {
            logger.LogWarning("A mail of tenant {TenantId} was not sent: {Reason}", queued.TenantId, fault.ForLog);
            await FailedAsync(queued, fault);
            return fault.Kind is not SmtpFaultKind.Server;
        }

        Telemetry.MailSent.Add(1);
        await NoteSentAsync(queued);
        return true;
    }

    /// <summary>A mail that is sent and not noted is sent again, so the note is worth some tries.</summary>
    private async Task NoteSentAsync(QueuedMail queued)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await queue.SentAsync(queued);
                return;
            }
            catch (Exception exception) when (attempt < 4 && exception is NpgsqlException or TimeoutException)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), CancellationToken.None);
            }
        }
    }

    private async Task FailedAsync(QueuedMail queued, SmtpFault fault)
    {
        var again = clock.GetUtcNow().UtcDateTime + Retry.After(queued.Attempts, fault.Kind is SmtpFaultKind.Server);
        if (fault.Kind is SmtpFaultKind.Never || again > queued.CreatedAt + Retry.GivesUpAfter)
        {
            await GiveUpAsync(queued, fault.Message);
            return;
        }

        Telemetry.MailFailed.Add("outcome", "later");
        await queue.PutOffAsync(queued, fault.Message, again);
    }

    private Task GiveUpAsync(QueuedMail queued, string error)
    {
        Telemetry.MailFailed.Add("outcome", "given_up");
        return queue.GiveUpAsync(queued, error);
    }

    // Who cannot finish before the lease ends must not begin: another process would send the same.
    private bool HasTime(QueuedMail mail) => clock.GetUtcNow().UtcDateTime + 2 * Patience < mail.HeldUntil;
}
