namespace Helpdesk.Notifications;

/// <summary>How far a failure reaches.</summary>
internal enum SmtpFaultKind
{
    /// <summary>The server cannot be used at the moment: it is away, silent, or does not let us in.</summary>
    Server,

    /// <summary>The server puts this mail off.</summary>
    Later,

    /// <summary>The server will never take this mail.</summary>
    Never,
}

/// <summary>Why a mail was not sent.</summary>
/// <param name="kind">How far it reaches.</param>
/// <param name="step">What was being said.</param>
/// <param name="code">What the server answered; 0 for nothing that could be understood.</param>
/// <param name="text">The answer, or what happened instead. May hold an address: not for logs.</param>
internal sealed class SmtpFault(SmtpFaultKind kind, string step, int code, string text) : Exception($"{step}: {text}")
{
    public SmtpFaultKind Kind => kind;

    /// <summary>Without anything of the mail.</summary>
    public string ForLog => code > 0 ? $"{step} was answered {code}" : $"{step} was not answered";
}
