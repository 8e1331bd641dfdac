using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Helpdesk.Kernel.Tests;

public sealed class UrlBinderTests
{
    [Refuses(ErrorKind.NotFound, "thing_not_found")]
    private sealed record Query([FromRoute] long ThingId, string? Q, long? QueueId, int? Limit, bool? IsActive, DateTime? CreatedSince);

    private sealed record Plain([FromRoute] long Id);

    [Fact]
    public void Path_and_query_fill_the_record()
    {
        var query = Bind("?q=a%20b&queue_id=-7&limit=5&is_active=true&created_since=2026-01-31T09:30:00%2B01:00").Value;
        Assert.Equal(new Query(42, "a b", -7, 5, true, new DateTime(2026, 1, 31, 8, 30, 0, DateTimeKind.Utc)), query);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=&queue_id=&limit=&is_active=&created_since=")]
    [InlineData("?unknown=1&Q_=2")]
    public void What_is_absent_or_empty_is_null(string query) => Assert.Equal(new Query(42, null, null, null, null, null), Bind(query).Value);

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    public void Truth_has_two_spellings(string text, bool value) => Assert.Equal(value, Bind("?is_active=" + text).Value.IsActive);

    [Theory]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("-99999999999", int.MinValue)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("99999999999999999999999999", int.MaxValue)]
    public void A_large_limit_is_still_an_integer(string text, int limit) => Assert.Equal(limit, Bind("?limit=" + text).Value.Limit);

    [Theory]
    [InlineData("limit", "x")]
    [InlineData("limit", "5.0")]
    [InlineData("limit", "1e3")]
    [InlineData("limit", "-")]
    [InlineData("limit", "--5")]
    [InlineData("limit", "%205")]
    [InlineData("limit", "5,6")]
    [InlineData("queue_id", "x")]
    [InlineData("queue_id", "9223372036854775808")]
    [InlineData("is_active", "yes")]
    [InlineData("is_active", "TRUE")]
    [InlineData("created_since", "yesterday")]
    [InlineData("q", "a%00b")]
    public void Other_values_are_refused_by_name(string name, string value)
    {
        var error = Bind($"?{name}={value}").Error!;
        Assert.Equal("validation_failed", error.Code);
        Assert.Equal([name], ((IReadOnlyDictionary<string, string[]>)error.Extra.Single().Value!).Keys);
    }

    [Fact]
    public void All_fields_at_fault_are_named()
    {
        var error = Bind("?limit=x&queue_id=y&is_active=z").Error!;
        Assert.Equal(["is_active", "limit", "queue_id"], ((IReadOnlyDictionary<string, string[]>)error.Extra.Single().Value!).Keys.Order());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    public void A_path_that_is_no_id_names_nothing(string id)
    {
        Assert.Equal("thing_not_found", UrlBinder<Query>.Bind(Request("", "thing_id", id)).Error!.Code);
        Assert.Equal("not_found", UrlBinder<Plain>.Bind(Request("", "id", id)).Error!.Code);
        Assert.Equal(ErrorKind.NotFound, UrlBinder<Plain>.Complete(new Plain(0), Request("", "id", id))!.Kind);
    }

    [Fact]
    public void A_body_is_completed_by_the_path()
    {
        var body = new Query(0, "kept", null, null, null, null);
        Assert.Null(UrlBinder<Query>.Complete(body, Request("?q=ignored", "thing_id", "7")));
        Assert.Equal(body with { ThingId = 7 }, body);
        Assert.Equal("kept", body.Q);
    }

    private static Result<Query> Bind(string query) => UrlBinder<Query>.Bind(Request(query, "thing_id", "42"));

    private static HttpRequest Request(string query, string name, string value)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        request.RouteValues[name] = value;
        return request;
    }
}
