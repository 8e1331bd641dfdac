using System.Globalization;

namespace Helpdesk.Webhooks.Tests;

/// <summary>
/// The sizes of the proofs that take long: small in the suite, as large as the environment says under <c>build/soak-webhooks</c>, which shows
/// what they report.
/// </summary>
internal static class Soak
{
    public static int Size(string name, int small) =>
        int.TryParse(Environment.GetEnvironmentVariable("HELPDESK_SOAK_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : small;

    public static void Report(string line)
    {
        if (Environment.GetEnvironmentVariable("HELPDESK_SOAK_REPORT") is { Length: > 0 } file)
            File.AppendAllText(file, line + "\n");
    }
}
