// Stands in for the package Verify.Xunit (MIT), which is not to be had here. File names and the calls are its own, so tests are written
// as for the package: to return to it, delete this file and reference Verify.Xunit.
using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Helpdesk.TestKit;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>Holds what a test saw against the snapshot beside it.</summary>
public static partial class Verifier
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Compares with <c>Class.Method.verified.txt</c> beside the test. On a difference it writes <c>.received.txt</c> there and fails; a
    /// person looks at it and renames it.
    /// </summary>
    public static Task Verify(object? target, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        var name = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{method}");
        var (verified, received) = (name + ".verified.txt", name + ".received.txt");
        var text = Scrub(Render(target)).ReplaceLineEndings("\n").TrimEnd();
        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n").TrimEnd() : null;
        File.Delete(received);
        if (text == expected)
            return Task.CompletedTask;
        File.WriteAllText(received, text);
        throw new XunitException(expected is null
            ? $"There is no snapshot yet. Look at {received} and rename it to .verified.txt.\n{text}"
            : $"Differs from {Path.GetFileName(verified)}; see {received}.\n--- expected\n{expected}\n--- received\n{text}");
    }

    private static string Render(object? target) => target switch
    {
        null => "null",
        string text => text,
        ApiReply reply => $"{reply.Status} {reply.Headers.GetValueOrDefault("Content-Type")}\n{Pretty(reply.Text)}",
        HeadoniReply reply => $"{reply.Status} {reply.Headers.GetValueOrDefault("Content-Type")}\n{Pretty(reply.Text)}",
        JsonElement json => json.ToString() is var text && json.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? Pretty(text) : text,
        IEnumerable list => string.Join("\n", list.Cast<object?>().Select(Render)),
        _ => JsonSerializer.Serialize(target, Readable),
    };

    private static string Pretty(string text)
    {
        try
        {
            return JsonNode.Parse(text)?.ToJsonString(Readable) ?? "";
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>Equal ids stay equal: each becomes <c>Id_1</c>, <c>Id_2</c>, … in the order in which it is first seen.</summary>
    private static string Scrub(string text)
    {
        text = Number(RequestId(), text, "Request");
        text = Number(RowId(), text, "Id");
        text = Number(Address(), text, "Address");
        return Number(Time(), text, "Time");
    }

    private static string Number(Regex pattern, string text, string name)
    {
        var seen = new Dictionary<string, int>();
        return pattern.Replace(text, match =>
        {
            if (!seen.TryGetValue(match.Value, out var number))
                seen[match.Value] = number = seen.Count + 1;
            return name == "Time" ? "Time" : $"{name}_{number}";
        });
    }

    [GeneratedRegex("req_[0-9A-HJKMNP-TV-Z]{26}")]
    private static partial Regex RequestId();

    [GeneratedRegex(@"(?<![0-9A-Za-z])[0-9]{14,16}(?![0-9A-Za-z])")]
    private static partial Regex RowId();

    [GeneratedRegex(@"(?<=@)t[0-9a-f]{12}(?=\.example)|[0-9a-f]{32}(?=@)")]
    private static partial Regex Address();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Time();
}
