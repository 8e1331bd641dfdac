namespace Helpdesk.Canned.Tests;

public sealed class GetCannedResponseTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_one_with_its_placeholders()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello {{requester.first_name}} <b>{{unknown}}</b>");
        await Verify(await (await tenant.ClientAsync()).GetAsync($"canned-responses/{canned.Id}"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("hello")]
    [InlineData("99999999999999999999")]
    public async Task Does_not_find_what_there_is_not(string id) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("canned-responses/" + id)).Refused(404, "canned_response_not_found");

    [Fact]
    public async Task Does_not_find_one_of_another_tenant()
    {
        var theirs = await (await app.NewTenantAsync()).CannedAsync("hello", "Hello");
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"canned-responses/{theirs.Id}"));
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        await Verify(await (await tenant.ClientAsync("helpdesk:write")).GetAsync($"canned-responses/{canned.Id}"));
    }
}
