using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Commands;

/// <summary>Options and steps that several commands share.</summary>
internal static class CommandOptions
{
    public static Option<string> Tenant() => new("--tenant") { Description = "The slug of the tenant.", Required = true };

    public static Option<int> Port() => new("--port") { Description = "Where to listen.", DefaultValueFactory = _ => 8080 };

    public static Option<string> Host() => new("--host")
    {
        Description = "The address to bind; 0.0.0.0 listens on all.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    /// <summary>Opens the database and a session on it, and does the work.</summary>
    public static async Task WithSessionAsync(Func<OperatorSession, Task> work, CancellationToken ct)
    {
        await using var deployment = await Deployment.OpenAsync(Settings.Read(), ct);
        await using var session = await OperatorSession.OpenAsync(deployment, ct);
        await work(session);
    }

    /// <summary>Adds an action that answers with exit code 0 unless it throws.</summary>
    public static Command Does(this Command command, Func<ParseResult, CancellationToken, Task> action)
    {
        command.SetAction(async (parsed, ct) =>
        {
            await action(parsed, ct);
            return 0;
        });
        return command;
    }
}
