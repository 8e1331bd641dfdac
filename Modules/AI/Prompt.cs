using System.Runtime.CompilerServices;

namespace Helpdesk.AI;

/// <summary>The instructions of a hook: the Markdown file beside its slice, and after it the rules that hold for all of them.</summary>
internal sealed class Prompt
{
    private const string FencePlaceholder = "{{fence}}";
    private static readonly string Rules = Read("Rules");
    private readonly string _text;

    private Prompt(string text) => _text = text;

    /// <summary>The file that is named like the slice that asks for it.</summary>
    public static Prompt Beside([CallerFilePath] string slice = "") => new(Read(Path.GetFileNameWithoutExtension(slice)) + "\n\n" + Rules);

    /// <summary>The text for one question: names the fence around its data.</summary>
    public string For(Fenced data) => _text.Replace(FencePlaceholder, data.Tag, StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var stream = typeof(Prompt).Assembly.GetManifestResourceStream($"Helpdesk.AI.{name}.md")
            ?? throw new InvalidOperationException($"There is no prompt {name}.md.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }
}
