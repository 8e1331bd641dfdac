using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Kernel.Tests;

public sealed class PagingTests
{
    [Theory]
    [InlineData(null, 50)]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(101, 100)]
    [InlineData(int.MaxValue, 100)]
    [InlineData(int.MinValue, 1)]
    public void A_limit_is_brought_into_the_range(int? asked, int limit) => Assert.Equal(limit, Paging.Limit(asked));

    [Fact]
    public void Pages_show_every_row_once_whatever_their_size() => Generated.Cases(300, random =>
    {
        var rows = Rows(random.Next(0, 40));
        var limit = random.Next(1, 12);
        var seen = new List<(int, long)>();
        string? cursor = null;
        do
        {
            var page = Page(rows, cursor, limit).Value;
            Assert.Equal(rows.Count, page.TotalCount);
            Assert.InRange(page.Items.Count, rows.Count == 0 ? 0 : 1, limit);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(rows, seen);
    });

    [Fact]
    public void Rows_that_come_and_go_between_pages_move_no_other()
    {
        var rows = Rows(10);
        var first = Page(rows, null, 4).Value;
        // The row where the page ended is gone, and one before it is new.
        var changed = rows.Where((_, at) => at != 3).Prepend((-1, 0L)).ToList();
        Assert.Equal(rows[4..8], Page(changed, first.NextCursor, 4).Value.Items);
    }

    [Fact]
    public void A_cursor_outlives_the_last_row()
    {
        var cursor = Page(Rows(10), null, 4).Value.NextCursor;
        var page = Page([], cursor, 4).Value;
        Assert.Empty(page.Items);
        Assert.Null(page.NextCursor);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cur_AAAAAAAAAAAA")]
    [InlineData("x")]
    public void A_cursor_of_another_list_is_refused(string cursor)
    {
        Assert.Equal(Cursor.Invalid, Page(Rows(3), cursor, 4).Error);
        Assert.Equal(Cursor.Invalid, Page([], cursor, 4).Error);
    }

    [Theory]
    [InlineData("x", "1")]
    [InlineData("1", "")]
    [InlineData("99999999999", "1")]
    [InlineData("1", "99999999999999999999")]
    public void A_cursor_that_somebody_sealed_over_something_else_is_refused(string order, string id) =>
        Assert.Equal(Cursor.Invalid, Page(Rows(3), Cursor.Encode("list", order, id), 4).Error);

    private static List<(int Order, long Id)> Rows(int count) => [.. Enumerable.Range(0, count).Select(i => (i / 3, (long)i))];

    private static SharedKernel.Results.Result<SharedKernel.Results.Page<(int Order, long Id)>> Page(List<(int Order, long Id)> rows, string? cursor, int limit) =>
        Paging.Of(rows, "list", cursor, limit, row => [row.Order.ToString(), row.Id.ToString()],
            (row, after) => int.TryParse(after[0], out var order) && long.TryParse(after[1], out var id) ? row.CompareTo((order, id)) : null);
}
