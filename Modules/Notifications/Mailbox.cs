using System.Buffers;
using System.Globalization;

namespace Helpdesk.Notifications;

/// <summary>A name and an address that mail goes to or comes from.</summary>
/// <param name="Name">The name for people; may be empty.</param>
/// <param name="Address">The address.</param>
internal sealed record Mailbox(string Name, string Address)
{
    private const int Longest = 254;
    private static readonly SearchValues<char> Special = SearchValues.Create("<>()[],;:\\\"");

    /// <summary>
    /// Whether a text is an address that can stand in a mail and in an SMTP command as it is: nothing in it ends a line, a command or an
    /// address. Letters beyond ASCII are fine.
    /// </summary>
    public static bool IsUsable(string? text)
    {
        if (text is not { Length: > 2 and <= Longest } || text.LastIndexOf('@') is var at && (at < 1 || at == text.Length - 1))
            return false;
        return text.IndexOf('@') == at && !text.AsSpan().ContainsAny(Special) && text.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c))
            && Domain(text) is not null;
    }

    /// <summary>The address with its domain in ASCII, as SMTP wants it.</summary>
    public static string ForWire(string address) => $"{address[..(address.IndexOf('@') + 1)]}{Domain(address)}";

    /// <summary>What stands behind the @, in ASCII; null where that cannot be.</summary>
    public static string? Domain(string address)
    {
        try
        {
            return new IdnMapping { AllowUnassigned = true }.GetAscii(address[(address.IndexOf('@') + 1)..]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
