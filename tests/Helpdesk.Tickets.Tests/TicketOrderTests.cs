using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Tickets.Tests;

/// <summary>The seal of a cursor is no secret, so a cursor may hold anything.</summary>
public sealed class TicketOrderTests
{
    [Theory]
    [InlineData("9223372036854775807", "1")]
    [InlineData("-9223372036854775808", "1")]
    [InlineData("253402300800000000", "1")]
    [InlineData("1", "x")]
    [InlineData("1", "99999999999999999999")]
    public void A_cursor_that_names_no_place_is_refused(string value, string id) =>
        Assert.Equal(Cursor.Invalid, TicketOrder.Decode(Cursor.Encode("list", value, id), "list").Error);

    [Theory]
    [InlineData("-62135596800000000")]
    [InlineData("253402300799999999")]
    public void Any_time_of_the_calendar_is_a_place(string micros)
    {
        Assert.True(TicketOrder.Decode(Cursor.Encode("list", micros, "1"), "list").TryGet(out var key));
        Assert.InRange(key!.Time, DateTime.MinValue, DateTime.MaxValue);
    }
}
