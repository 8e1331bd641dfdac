using Helpdesk.SharedKernel.Results;

namespace Helpdesk.SharedKernel.Http;

/// <summary>The sizes of pages (mobieus 3.3).</summary>
public static class Paging
{
    /// <summary>Rows on a page when the client does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Rows on a page at most.</summary>
    public const int MaxLimit = 100;

    /// <summary>The limit to use: what was asked for, brought into the range.</summary>
    public static int Limit(int? asked, int max = MaxLimit) => Math.Clamp(asked ?? DefaultLimit, 1, max);

    /// <summary>Pages over a small list that is in memory in its order already.</summary>
    /// <param name="rows">All rows that match, in order.</param>
    /// <param name="list">Names the list for its cursors.</param>
    /// <param name="cursor">Where to go on, if not at the start.</param>
    /// <param name="limit">What the client asked for.</param>
    /// <param name="key">The sort key of a row; comparable as the list is ordered, by <paramref name="compare"/>.</param>
    /// <param name="compare">
    /// Compares a row with a decoded key: positive when the row comes after it, null when it is no key. Anybody can write a cursor.
    /// </param>
    public static Result<Page<T>> Of<T>(
        IReadOnlyList<T> rows, string list, string? cursor, int? limit, Func<T, string[]> key, Func<T, string[], int?> compare)
    {
        var from = 0;
        if (cursor is not null)
        {
            if (rows.Count == 0)
                return Cursor.Decode(cursor, list, 2) is null ? Cursor.Invalid : new Page<T>([], null, 0);
            var after = Cursor.Decode(cursor, list, key(rows[0]).Length);
            if (after is null)
                return Cursor.Invalid;
            for (; from < rows.Count; from++)
            {
                if (compare(rows[from], after) is not { } order)
                    return Cursor.Invalid;
                if (order > 0)
                    break;
            }
        }

        var items = rows.Skip(from).Take(Limit(limit)).ToList();
        var more = from + items.Count < rows.Count;
        return new Page<T>(items, more ? Cursor.Encode(list, key(items[^1])) : null, rows.Count);
    }
}
