using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Host.Tests;

public sealed class DatabaseOptionsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("", 7)]
    [InlineData(";Maximum Pool Size=9", 9)]
    public async Task The_pool_has_the_size_that_is_set(string more, int size)
    {
        await using var database = new Database(app.ServerConnectionString + more, new DatabaseOptions { PoolSize = 7 });
        await using var connection = await database.OpenAsync(CancellationToken.None);
        Assert.Equal(size, new NpgsqlConnectionStringBuilder(connection.ConnectionString).MaxPoolSize);
    }

    [Fact]
    public async Task Nothing_is_prepared_behind_a_pooler()
    {
        await using var database = new Database(app.ServerConnectionString, new DatabaseOptions { Prepare = false });
        await using var connection = await database.OpenAsync(CancellationToken.None);
        var settings = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        Assert.Equal(0, settings.MaxAutoPrepare);
        Assert.True(settings.NoResetOnClose);
    }
}
