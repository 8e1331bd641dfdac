using System.Net;

namespace Helpdesk.Notifications.Contracts;

/// <summary>
/// Section <c>Helpdesk:Mail</c> of the configuration: the server that takes mail over. Without a host mail is off. All processes of one
/// database must agree on it.
/// </summary>
public sealed class MailOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Helpdesk:Mail";

    /// <summary>What in <see cref="From"/> and <see cref="ReplyTo"/> stands for the tenant's slug.</summary>
    public const string TenantPlaceholder = "{tenant}";

    /// <summary>The mail server's name or address; none turns mail off.</summary>
    public string? Host { get; set; }

    /// <summary>Its port; by <see cref="Security"/> when absent: 587, 465 or 25.</summary>
    public int? Port { get; set; }

    /// <summary>How the way to it is kept from others.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>Who signs in; none for a server that wants nobody to.</summary>
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    public string? Password { get; set; }

    /// <summary>The address that mail comes from; <c>{tenant}</c> in it becomes the tenant's slug.</summary>
    public string? From { get; set; }

    /// <summary>The address that answers go to, with the same placeholder; none for <see cref="From"/>.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>Seconds that the mail server has for one mail, 1 to 120.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Whether mail is sent at all.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Host);

    /// <summary>The port to connect to.</summary>
    public int PortOrUsual => Port ?? Security switch
    {
        MailSecurity.StartTls => 587,
        MailSecurity.Tls => 465,
        MailSecurity.None => 25,
    };

    /// <summary>The name of a setting and what is wrong with it; null when mail is off or could be sent.</summary>
    public string? WhyNot() => this switch
    {
        { IsOn: false } => null,
        { Port: < 1 or > 65_535 } => "Port must be 1 to 65535.",
        { TimeoutSeconds: < 1 or > 120 } => "TimeoutSeconds must be 1 to 120.",
        { From: null or "" } => "From must be set where Host is.",
        { From: var from } when !IsSender(from) => "From must be an e-mail address in ASCII.",
        { ReplyTo: { Length: > 0 } to } when !IsSender(to) => "ReplyTo must be an e-mail address in ASCII.",
        { User: { Length: > 0 }, Password: null or "" } => "Password must be set where User is.",
        { User: null or "", Password.Length: > 0 } => "User must be set where Password is.",
        { User.Length: > 0, Security: MailSecurity.None } when !IsThisMachine(Host!) =>
            "Security must not be none where User is set: the password would be read on the way.",
        _ => null,
    };

    /// <summary>An address of these settings for one tenant.</summary>
    internal static string ForTenant(string address, string slug) => address.Replace(TenantPlaceholder, slug, StringComparison.Ordinal);

    private static bool IsSender(string address) =>
        ForTenant(address, "tenant") is var one && Mailbox.IsUsable(one) && System.Text.Ascii.IsValid(Mailbox.ForWire(one));

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>How the way to the mail server is kept from others.</summary>
public enum MailSecurity
{
    /// <summary>The connection turns to TLS before anything is said; a server that cannot is not used.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>Not at all: for a server on the same machine or a network of its own.</summary>
    None,
}
