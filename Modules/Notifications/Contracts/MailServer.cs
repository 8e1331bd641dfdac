namespace Helpdesk.Notifications.Contracts;

/// <summary>The mail server of the settings, for who wants to know whether it can be used.</summary>
public static class MailServer
{
    /// <summary>Connects, turns to TLS and signs in as the sender would; sends nothing.</summary>
    /// <returns>What is in the way, in one line; null when nothing is.</returns>
    public static async Task<string?> WhyNotAsync(MailOptions options, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(options.TimeoutSeconds));
        try
        {
            await using var session = await SmtpSession.OpenAsync(options, limit.Token);
            return null;
        }
        catch (SmtpFault fault)
        {
            return $"{options.Host}:{options.PortOrUsual} cannot be used: {fault.Message}";
        }
    }
}
