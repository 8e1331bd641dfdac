namespace Helpdesk.Notifications;

/// <summary>A mail that is ready to be sent.</summary>
/// <param name="From">Who it comes from.</param>
/// <param name="To">Who gets it.</param>
/// <param name="Subject">One line.</param>
/// <param name="Date">When what it tells happened: the same at each try.</param>
/// <param name="MessageId">Its name, in angle brackets: the same at each try, so that who gets it twice can tell.</param>
/// <param name="Headers">Further headers, names and values, in ASCII.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Html">The same as HTML.</param>
internal sealed record Mail(
    Mailbox From, Mailbox To, string Subject, DateTime Date, string MessageId, IReadOnlyList<(string Name, string Value)> Headers, string Text,
    string Html);
