namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Is_empty_at_first()
    {
        var reply = (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("__route__")).Expect(200);
        Assert.Equal(0, reply.Json.GetProperty("total_count").GetInt64());
        Assert.Null(reply.NextCursor);
    }

    [Fact]
    public async Task Refuses_a_cursor_of_another_list() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("__route__?cursor=cur_AAAA")).Refused(400, "invalid_cursor");
}
