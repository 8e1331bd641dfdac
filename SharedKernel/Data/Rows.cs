using System.Data.Common;
using Dapper;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>The answers of one batch, one result after the other in the order of the statements.</summary>
public sealed class Rows
{
    private readonly NpgsqlDataReader _reader;

    internal Rows(NpgsqlDataReader reader) => _reader = reader;

    /// <summary>Reads all rows of the present result and moves on to the next.</summary>
    public async Task<List<T>> ListAsync<T>(CancellationToken ct)
    {
        var rows = new List<T>();
        if (await _reader.ReadAsync(ct))
        {
            var parse = Parser<T>();
            do
                rows.Add(parse(_reader));
            while (await _reader.ReadAsync(ct));
        }

        await _reader.NextResultAsync(ct);
        return rows;
    }

    /// <summary>Reads the first row of the present result, or the default when it has none, and moves on to the next.</summary>
    public async Task<T?> SingleOrDefaultAsync<T>(CancellationToken ct)
    {
        var row = await _reader.ReadAsync(ct) ? Parser<T>()(_reader) : default;
        await _reader.NextResultAsync(ct);
        return row;
    }

    /// <summary>Moves on to the next result.</summary>
    public Task SkipAsync(CancellationToken ct) => _reader.NextResultAsync(ct);

    /// <summary>
    /// Reads all rows by hand and moves on to the next result. For the few hottest reads, where a written-out reader saves what the
    /// general one costs.
    /// </summary>
    public async Task<List<T>> ListAsync<T>(Func<NpgsqlDataReader, T> read, int capacity, CancellationToken ct)
    {
        var rows = new List<T>(capacity);
        while (await _reader.ReadAsync(ct))
            rows.Add(read(_reader));
        await _reader.NextResultAsync(ct);
        return rows;
    }

    /// <summary>Dapper takes a text for a class with members and fails on it; a text is read as it is.</summary>
    private Func<DbDataReader, T> Parser<T>() => typeof(T) == typeof(string)
        ? row => row.IsDBNull(0) ? default! : (T)(object)row.GetString(0)
        : _reader.GetRowParser<T>();
}
