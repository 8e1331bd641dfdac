namespace Helpdesk.Kernel.Tests;

/// <summary>Random cases that are the same at every run; a failing one is named by its number.</summary>
internal static class Generated
{
    private const string Signs = "abcXYZ019 ~:@#%&'\"\\/$;,.-_=+\n\t\u001eäß€漢😀";

    /// <summary>Runs the check on many cases.</summary>
    public static void Cases(int count, Action<Random> check)
    {
        for (var number = 0; number < count; number++)
        {
            try
            {
                check(new Random(number));
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"Case {number}: {exception.Message}", exception);
            }
        }
    }

    /// <summary>A text of whole characters, at most so many of them.</summary>
    public static string Text(this Random random, int most)
    {
        var runes = Signs.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }

    /// <summary>One of them.</summary>
    public static T Of<T>(this Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
