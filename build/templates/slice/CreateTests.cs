namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Adds_one_and_tells_of_it()
    {
        var tenant = await app.NewTenantAsync();
        var made = (await (await tenant.ClientAsync()).PostAsync("__route__", new { name = " First " })).Created();
        Assert.Equal("First", made.GetProperty("name").GetString());
        Assert.Equal(["__noun__.created"], await app.OwnerQueryAsync<string>(
            "select event_key from log.event where tenant_id = @Id and subject_id = @Made",
            new { tenant.Id, Made = made.GetProperty("id").GetInt64() }));
    }

    [Fact]
    public async Task The_same_request_at_once_and_again_adds_one()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(_ => client.PostAsync("__route__", new { name = "Once" }, "retry")));
        Assert.Single(replies.Select(reply => reply.Expect(201).Text).Distinct());
        Assert.Equal([1], await app.OwnerQueryAsync<long>("select count(*) from __module__.__noun__ where tenant_id = @Id", new { tenant.Id }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Refuses_one_without_a_name(string? name) =>
        Assert.Equal(["is required."], (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("__route__", new { name }))
            .Refused(422, "validation_failed").Field("name"));

    [Fact]
    public async Task Refuses_a_key_that_may_only_read() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:read")).PostAsync("__route__", new { name = "x" }))
            .Refused(403, "insufficient_scope");
}
