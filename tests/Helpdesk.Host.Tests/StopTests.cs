using System.Net;
using Dapper;
using Helpdesk.Host.Postgres;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>A start, an orderly stop, and the next start, with a PostgreSQL of its own.</summary>
public sealed class StopTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly string _data = Directory.CreateTempSubdirectory("helpdesk-stop-").FullName;

    public void Dispose()
    {
        PostgresCluster.FindRunning(_data)?.StopAsync().GetAwaiter().GetResult();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task What_came_in_before_the_signal_is_answered_then_all_stops_and_the_next_start_serves_again()
    {
        string token;
        await using (var server = await HostProcess.ServeAsync("up", Nothing, "--data", _data))
        {
            token = await server.TokenAsync();
            await AnswersWhatCameInAsync(server, token);
            Assert.Equal(0, await server.EndAsync());
            Assert.Null(PostgresCluster.FindRunning(_data));
            SaysNoSecret(server.Said.Replace(token, "", StringComparison.Ordinal));
        }

        await using var again = await HostProcess.ServeAsync("up", Nothing, "--data", _data);
        using var client = new DeskClient(token);
        Assert.Equal(HttpStatusCode.OK, await client.AskAsync(again, "tickets"));
        Assert.DoesNotContain("mc_live_", again.Said, StringComparison.Ordinal);
        again.Terminate();
        Assert.Equal(0, await again.EndAsync());
        SaysNoSecret(again.Said);
    }

    private async Task AnswersWhatCameInAsync(HostProcess server, string token)
    {
        await using var cluster = PostgresCluster.FindRunning(_data)!;
        var owner = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { Database = "helpdesk", Pooling = false }.ConnectionString;
        await using var holder = new NpgsqlConnection(owner);
        await holder.OpenAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await holder.ExecuteAsync("select from kernel.counter for update");
        using var client = new DeskClient(token);
        var opening = client.OpenAsync(server, "In flight");
        for (var tries = 0; tries < 200 && await holder.ExecuteScalarAsync<long>("select count(*) from pg_locks where not granted") == 0; tries++)
            await Task.Delay(10);

        server.Terminate();
        await Task.Delay(300);
        Assert.False(server.HasExited);
        Assert.False(opening.IsCompleted);
        await hold.CommitAsync();

        Assert.Equal(HttpStatusCode.Created, (await opening).Status);
    }

    private void SaysNoSecret(string said)
    {
        Assert.NotEqual("", said);
        Assert.DoesNotContain("mc_live_", said, StringComparison.Ordinal);
        var secrets = Directory.GetFiles(Path.Combine(_data, "secrets"));
        Assert.NotEmpty(secrets);
        foreach (var secret in secrets)
            Assert.DoesNotContain(File.ReadAllText(secret).Trim(), said, StringComparison.Ordinal);
    }
}
