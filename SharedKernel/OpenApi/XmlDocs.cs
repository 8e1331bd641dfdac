using System.Collections.Concurrent;
using System.Reflection;
using System.Xml.Linq;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The docstrings of the code, read from the XML files that the compiler leaves beside the assemblies.</summary>
internal sealed class XmlDocs
{
    private readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> _files = new();

    /// <summary>Summary and remarks of a type.</summary>
    public string? Of(Type type)
    {
        var element = Find(type.Assembly, "T:" + NameOf(type));
        return Join(DocText.Of(element?.Element("summary")), DocText.Of(element?.Element("remarks")));
    }

    /// <summary>A value of an enum.</summary>
    public string? Of(Type type, string value) => DocText.Of(Find(type.Assembly, $"F:{NameOf(type)}.{value}")?.Element("summary"));

    /// <summary>A member of a record: what its own docstring says, or the record's for the parameter of that name.</summary>
    public string? Of(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        var own = Find(owner.Assembly, $"P:{NameOf(owner)}.{property.Name}")?.Element("summary");
        return DocText.Of(own) ?? Parameter(owner, property.Name);
    }

    /// <summary>A parameter of a record.</summary>
    public string? Parameter(Type owner, string name) =>
        DocText.Of(Find(owner.Assembly, "T:" + NameOf(owner))?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == name));

    private static string? Join(string? first, string? second) =>
        first is null || second is null ? first ?? second : first + "\n\n" + second;

    private static string NameOf(Type type) =>
        (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private XElement? Find(Assembly assembly, string name) => _files.GetOrAdd(assembly, Load).GetValueOrDefault(name);

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!)
            : [];
    }
}
