using System.Collections.Concurrent;
using HandlebarsDotNet;

namespace Helpdesk.Canned;

/// <summary>
/// Looks placeholders up by Handlebars. Only names that the server itself offers are compiled, each once: text of a tenant never reaches
/// the compiler, so there is nothing in a template that could call a helper, include a partial, nest without end or fill the memory.
/// </summary>
internal static class PlaceholderProgram
{
    private static readonly IHandlebars Engine = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });

    private static readonly ConcurrentDictionary<string, HandlebarsTemplate<object, object>> Programs = new();

    /// <summary>The value of a name, as it is.</summary>
    /// <param name="name">One of the names of <paramref name="values"/>.</param>
    /// <param name="values">All values by name, such as <c>ticket.subject</c>.</param>
    public static string Run(string name, IReadOnlyDictionary<string, string> values)
    {
        var program = Programs.GetOrAdd(name, static name => Engine.Compile("{{{" + name + "}}}"));
        return program(ModelOf(name, values[name]));
    }

    /// <summary>What Handlebars walks along the dots of a name.</summary>
    private static object ModelOf(string name, string value) => name.Split('.').Reverse()
        .Aggregate((object)value, (model, member) => new Dictionary<string, object> { [member] = model });
}
