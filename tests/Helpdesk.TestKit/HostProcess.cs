using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Helpdesk.TestKit;

/// <summary>The program as an operator starts it: a process of its own, with nothing of this one's settings.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _said = [];
    private readonly TaskCompletionSource _outEnded = new();
    private readonly TaskCompletionSource _errorEnded = new();

    private HostProcess(Process process, int port)
    {
        (_process, Port) = (process, port);
        process.OutputDataReceived += (_, line) => Hear(line.Data, _outEnded);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, _errorEnded);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>All that it has said, on both of its outputs.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server on a free port; <see cref="ServesAsync"/> waits for it.</summary>
    public static HostProcess Start(string command, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var port = FreePort();
        return new(Launch(environment, [command, "--port", $"{port}", .. arguments]), port);
    }

    /// <summary>Starts a server and waits until it serves.</summary>
    public static async Task<HostProcess> ServeAsync(string command, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var server = Start(command, environment, arguments);
        await server.ServesAsync();
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<Outcome> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync(environment, "", arguments);

    /// <summary>Runs a command to its end, with something on its standard input.</summary>
    public static async Task<Outcome> RunAsync(IReadOnlyDictionary<string, string> environment, string input, string[] arguments)
    {
        using var process = Launch(environment, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new Outcome(process.ExitCode, await output, await error);
    }

    public async Task ServesAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(20))
        {
            Assert.False(_process.HasExited, $"It has ended: {Said}");
            try
            {
                if ((await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/readyz"))).StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
            }
        }

        Assert.Fail($"It does not serve: {Said}");
    }

    /// <summary>The text of the API key that the first start shows.</summary>
    public async Task<string> TokenAsync()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(20))
        {
            if (Said.Split('\n').FirstOrDefault(line => line.StartsWith("API key: ", StringComparison.Ordinal)) is { } line)
                return line["API key: ".Length..];
        }

        throw new InvalidOperationException($"It showed no key: {Said}");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as service managers do.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until it has ended and all that it said has been heard.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await Task.WhenAll(_outEnded.Task, _errorEnded.Task).WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            if (await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(20_000)) is not { IsCompletedSuccessfully: true } || !_process.HasExited)
                await KillAsync();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static Process Launch(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Host.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Hear(string? line, TaskCompletionSource ended)
    {
        if (line is null)
        {
            ended.TrySetResult();
            return;
        }

        lock (_said)
            _said.Add(line);
    }
}

/// <summary>What became of a command.</summary>
public sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>All that an operator sees.</summary>
    public string Said => Output + Error;

    /// <summary>Asserts that it succeeded and answers what it printed.</summary>
    public string Ok()
    {
        Assert.True(Code == 0 && Error.Length == 0, $"Ended with {Code}: {Said}");
        return Output;
    }

    /// <summary>Asserts that it refused with something that an operator can act on.</summary>
    public Outcome Refused(string because)
    {
        Assert.True(Code == 1, $"Ended with {Code}: {Said}");
        Assert.Contains(because, Error, StringComparison.Ordinal);
        foreach (var word in new[] { "   at ", "Unhandled", "Exception" })
            Assert.DoesNotContain(word, Said, StringComparison.Ordinal);
        return this;
    }
}
