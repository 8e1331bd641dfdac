using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Helpdesk.Canned;
using Helpdesk.Desk;
using Helpdesk.SharedKernel.Http;
using Helpdesk.Tags;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Helpdesk.Host.Operation;

/// <summary>A tenant's desk in a file: what an operator edits by hand and keeps under version control.</summary>
/// <param name="Tenant">The slug of the tenant that it is for.</param>
/// <param name="Queues">Queues, known by their slug.</param>
/// <param name="Agents">Agents, known by their address.</param>
/// <param name="HelpTopics">Help topics, known by their slug.</param>
/// <param name="Tags">Tags, known by their slug.</param>
/// <param name="CannedResponses">Canned responses, known by their slug.</param>
/// <param name="BlockedSenders">All addresses whose tickets are closed as they come in.</param>
internal sealed record DeskFile(
    string? Tenant, IReadOnlyList<QueueEntry>? Queues, IReadOnlyList<AgentEntry>? Agents, IReadOnlyList<HelpTopicEntry>? HelpTopics,
    IReadOnlyList<TagEntry>? Tags, IReadOnlyList<CannedResponseEntry>? CannedResponses, IReadOnlyList<string>? BlockedSenders)
{
    private const int MaxBytes = 16 * 1024 * 1024;

    // A misspelt member would otherwise be passed over, and the operator would believe that it works.
    private static readonly JsonSerializerOptions Strict = new(WireJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads a file: JSON when its name ends in <c>.json</c>, else YAML.</summary>
    /// <exception cref="OperatorException">The file cannot be read, or is not as it should be; the message names the place.</exception>
    public static async Task<DeskFile> ReadAsync(string path, CancellationToken ct)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new OperatorException($"{path}: must have at most {MaxBytes / 1024 / 1024} MiB.");
            text = await File.ReadAllTextAsync(path, ct);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path}: {exception.Message}");
        }

        try
        {
            var json = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? text : YamlText.ToJson(text);
            return JsonSerializer.Deserialize<DeskFile>(json, Strict) ?? throw new OperatorException($"{path}: is empty.");
        }
        catch (JsonException exception)
        {
            throw new OperatorException($"{path}: {ReasonOf(exception)}");
        }
        catch (YamlException exception)
        {
            throw new OperatorException($"{path}: line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}");
        }
    }

    /// <summary>The file as YAML.</summary>
    public string ToYaml() => YamlText.Of(JsonSerializer.SerializeToNode(this, WireJson.Options)!.AsObject());

    private static string ReasonOf(JsonException exception)
    {
        var path = exception.Path is { Length: > 2 } given ? given[2..] : "";
        if (exception.Message.StartsWith("The JSON property '", StringComparison.Ordinal))
        {
            var member = exception.Message.Split('\'')[1];
            return $"{(path == member || path.EndsWith("." + member, StringComparison.Ordinal) ? path : $"{path}.{member}".TrimStart('.'))} is unknown.";
        }

        if (exception.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return $"{(path.Length == 0 ? "the file" : path)} has a value of the wrong type.";
        return $"{path} {exception.Message}".TrimStart();
    }
}

/// <summary>Between YAML and JSON, by YAML's core schema: what is not quoted and looks like a number, true, false or null is one.</summary>
internal static class YamlText
{
    // References are followed, so a few lines can stand for a very large file; and a parser's own limits should not be met by accident.
    private const int MostNodes = 100_000;
    private const int Deepest = 24;

    public static string ToJson(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        if (stream.Documents.Count > 1)
            throw new YamlException(stream.Documents[1].RootNode.Start, stream.Documents[1].RootNode.End, "the file has a second document.");
        var budget = MostNodes;
        return stream.Documents.Count == 0 ? "null" : ToNode(stream.Documents[0].RootNode, 0, ref budget)?.ToJsonString() ?? "null";
    }

    public static string Of(JsonObject json)
    {
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(ToYaml(json))).Save(text, assignAnchors: false);
        // The writer ends a document by a mark of its own.
        var yaml = text.ToString().ReplaceLineEndings("\n");
        return yaml.EndsWith("\n...\n", StringComparison.Ordinal) ? yaml[..^4] : yaml;
    }

    private static JsonNode? ToNode(YamlNode node, int depth, ref int budget)
    {
        if (--budget < 0 || depth > Deepest)
            throw new YamlException(node.Start, node.End, "the file is too large or too deep.");
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                    members[NameOf(key)] = ToNode(value, depth + 1, ref budget);
                return members;
            case YamlSequenceNode sequence:
                var entries = new JsonArray();
                foreach (var entry in sequence.Children)
                    entries.Add(ToNode(entry, depth + 1, ref budget));
                return entries;
            default:
                return ToValue((YamlScalarNode)node);
        }
    }

    private static string NameOf(YamlNode key) =>
        (key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "the name of a member must be a text.");

    private static JsonNode? ToValue(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not ScalarStyle.Plain)
            return JsonValue.Create(text);
        if (text is "" or "~" or "null" or "Null" or "NULL")
            return null;
        if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            return JsonValue.Create(text[0] is 't' or 'T');
        if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out var number))
            return JsonValue.Create(number);
        return JsonValue.Create(text);
    }

    private static YamlNode ToYaml(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                // Nothing is what an absent member of a new thing stands for, but "for all queues" is worth saying.
                var mapping = new YamlMappingNode();
                foreach (var (key, value) in members.Where(member => member.Value is not null || member.Key == "queue"))
                    mapping.Add(key, ToYaml(value));
                return mapping;
            case JsonArray entries:
                return new YamlSequenceNode(entries.Select(ToYaml));
            case null:
                return new YamlScalarNode("null");
            default:
                return node.GetValueKind() is JsonValueKind.String ? Quoted(node.GetValue<string>()) : new YamlScalarNode(node.ToJsonString());
        }
    }

    /// <summary>Texts are quoted unless they could be nothing else than texts; long ones stand as they are, line by line.</summary>
    private static YamlScalarNode Quoted(string text) => new(text)
    {
        Style = IsBlock(text) ? ScalarStyle.Literal : IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted,
    };

    // Signs that a reader would take for an end of line or would not take at all, and spaces where indentation is told from text.
    private static bool IsBlock(string text) =>
        text.Contains('\n') && !char.IsWhiteSpace(text[0]) && !text.EndsWith("\n\n", StringComparison.Ordinal)
        && !text.Contains(" \n", StringComparison.Ordinal)
        && !text.Any(c => (char.IsControl(c) && c != '\n') || c is '\u2028' or '\u2029' or '\ufeff');

    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text[^1] != ' '
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '@' or '.' or '/')
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
}
