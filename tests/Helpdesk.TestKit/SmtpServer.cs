using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Helpdesk.TestKit;

/// <summary>
/// A mail server that speaks SMTP over a real connection and fails as it is told. It is strict: what no server has to bear is noted in
/// <see cref="Violations"/>.
/// </summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _sessions = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    private SmtpServer() => Certificate = MakeCertificate();

    public int Port { get; private set; }

    /// <summary>The certificate it shows; nobody vouches for it.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Who may sign in; anybody may send without when null.</summary>
    public (string User, string Password)? Account { get; init; }

    /// <summary>The mechanisms it offers.</summary>
    public string[] Mechanisms { get; init; } = ["PLAIN", "LOGIN"];

    public bool OffersStartTls { get; init; }

    /// <summary>What it does with a mail, by its recipient.</summary>
    public Func<string, SmtpAnswer> Answer { get; set; } = _ => SmtpAnswer.Take;

    /// <summary>The mails that it answers for: the client has been told so, or could have.</summary>
    public ConcurrentQueue<ReceivedMail> Received { get; } = new();

    /// <summary>The mails that it has got and hung up on, or never answered.</summary>
    public ConcurrentQueue<ReceivedMail> Unanswered { get; } = new();

    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>How often anybody has connected.</summary>
    public int Connections { get; private set; }

    public static SmtpServer Start((string User, string Password)? account = null, bool offersStartTls = false, params string[] mechanisms)
    {
        var server = new SmtpServer
        {
            Account = account,
            OffersStartTls = offersStartTls,
            Mechanisms = mechanisms.Length == 0 ? ["PLAIN", "LOGIN"] : mechanisms,
        };
        server.Open();
        return server;
    }

    /// <summary>Takes connections, on the same port as before.</summary>
    public void Open()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        (_listener, Port) = (listener, ((IPEndPoint)listener.LocalEndpoint).Port);
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Refuses connections, and ends those there are: nobody is at the port.</summary>
    public async Task CloseAsync()
    {
        _listener?.Stop();
        await _accepting;
        foreach (var client in _clients.Keys)
            client.Close();
        await Task.WhenAll(_sessions.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Certificate.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                Connections++;
                _clients[client] = true;
                var session = ServeAsync(client);
                _sessions[session] = true;
                _ = session.ContinueWith(ended => _sessions.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        try
        {
            await using var stream = client.GetStream();
            await new SmtpConversation(this, stream).RunAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client, or the test, hung up.
        }
        finally
        {
            _clients.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>What the server does with one mail.</summary>
public sealed record SmtpAnswer(SmtpMoment Moment, string Line)
{
    public static readonly SmtpAnswer Take = new(SmtpMoment.None, "");

    /// <summary>Gets the mail and never says a word again.</summary>
    public static readonly SmtpAnswer Hang = new(SmtpMoment.Hang, "");

    /// <summary>Gets the mail and hangs up before it says that it has it.</summary>
    public static readonly SmtpAnswer HangUp = new(SmtpMoment.HangUp, "");

    /// <summary>Refuses the recipient.</summary>
    public static SmtpAnswer AtRecipient(string line) => new(SmtpMoment.Recipient, line);

    /// <summary>Refuses the mail when it has all of it.</summary>
    public static SmtpAnswer AtEnd(string line) => new(SmtpMoment.End, line);
}

/// <summary>When the server fails.</summary>
public enum SmtpMoment
{
    None,
    Recipient,
    End,
    Hang,
    HangUp,
}
