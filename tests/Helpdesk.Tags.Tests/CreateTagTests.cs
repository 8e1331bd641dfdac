namespace Helpdesk.Tags.Tests;

public sealed class CreateTagTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Creates_a_tag()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await Verify(await client.PostAsync("tags", new { slug = "refund", name = "  Refund\tnow ", color = "#DC2626" }));
        Assert.Equal(["""tag.created by test key:  {"slug": "refund"}"""], await tenant.EventsAsync("tag"));
    }

    [Theory]
    [InlineData("Late Refund!", "late-refund")]
    [InlineData("Ünïcode  Ärger", "unicode-arger")]
    public async Task Makes_the_slug_of_the_name(string name, string slug)
    {
        var tag = (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("tags", new { name })).Created();
        Assert.Equal(slug, tag.GetProperty("slug").GetString());
        Assert.Equal("#6b7280", tag.GetProperty("color").GetString());
    }

    [Fact]
    public async Task Refuses_a_slug_that_the_tenant_has()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TagAsync("refund");
        await Verify(await (await tenant.ClientAsync()).PostAsync("tags", new { slug = "refund", name = "Refund again" }));
    }

    [Fact]
    public async Task Takes_a_slug_that_another_tenant_has()
    {
        await (await app.NewTenantAsync()).TagAsync("refund");
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("tags", new { slug = "refund", name = "Refund" })).Created();
    }

    [Fact]
    public async Task Takes_values_at_their_limits()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostAsync("tags", new { slug = new string('a', 64), name = new string('ä', 80), color = "#ABCDEF" })).Created();
        (await client.PostAsync("tags", new { slug = "1", name = "x" })).Created();
    }

    [Theory]
    [InlineData("""{"slug":"a"}""", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"  "}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"name":"!?"}""", "name")]
    [InlineData("""{"name":"x","slug":""}""", "slug")]
    [InlineData("""{"name":"x","slug":"Upper"}""", "slug")]
    [InlineData("""{"name":"x","slug":"a--b"}""", "slug")]
    [InlineData("""{"name":"x","color":"red"}""", "color")]
    [InlineData("""{"name":"x","color":"#12345"}""", "color")]
    public async Task Refuses_values_that_do_not_fit(string body, string field) => Assert.NotEmpty(
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostTextAsync("tags", body)).Refused(422, "validation_failed").Field(field));

    [Fact]
    public async Task Refuses_values_that_are_too_long()
    {
        var reply = await (await (await app.NewTenantAsync()).ClientAsync())
            .PostAsync("tags", new { slug = new string('a', 65), name = new string('x', 81), color = "#1234567" });
        await Verify(reply);
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var tenant = await app.NewTenantAsync();
        (await (await tenant.ClientAsync()).PostTwelveTimesAsync("tags", new { name = "Refund" })).Created();
        Assert.Single(await tenant.EventsAsync("tag"));
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_read() =>
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:read")).PostAsync("tags", new { name = "Refund" }));
}
