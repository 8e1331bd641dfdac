using System.Xml.Linq;
using Dapper;
using Helpdesk.SharedKernel.Data;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Helpdesk.SharedKernel.Secrets;

/// <summary>The ring of keys as Data Protection reads and adds to it: rows of the database, the same for every process.</summary>
internal sealed class KeyRing(Database database) : IXmlRepository
{
    private const string ReadSql = "select element from kernel.key_ring order by id";
    private const string AddSql = "insert into kernel.key_ring (name, element) values (@Name, @Element)";

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.Source.OpenConnection();
        return [.. connection.Query<string>(ReadSql).Select(element => XElement.Parse(element))];
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = database.Source.OpenConnection();
        connection.Execute(AddSql, new { Name = friendlyName, Element = element.ToString(SaveOptions.DisableFormatting) });
    }
}
