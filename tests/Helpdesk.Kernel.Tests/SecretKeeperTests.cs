using System.Security.Cryptography;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Helpdesk.Kernel.Tests;

/// <summary>Secrets of tenants, as several processes on one database keep and read them.</summary>
public sealed class SecretKeeperTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private const string Purpose = "tests.secret";
    private readonly ManualClock _clock = new(DateTimeOffset.UtcNow);
    private readonly List<IAsyncDisposable> _databases = [];
    private readonly MasterKey _master = NewMaster();

    public async Task InitializeAsync() => await app.OwnerSqlAsync("delete from kernel.key_ring");

    public async Task DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
        await app.OwnerSqlAsync("delete from kernel.key_ring");
    }

    [Fact]
    public void A_secret_comes_back_in_another_process()
    {
        var kept = NewKeeper(_master).Protect(Purpose, 7, "hush");
        Assert.Equal("hush", NewKeeper(_master).Unprotect(Purpose, 7, kept));
    }

    [Fact]
    public void A_secret_cannot_be_read_for_another_tenant_or_purpose_or_after_a_change()
    {
        var keeper = NewKeeper(_master);
        var kept = keeper.Protect(Purpose, 7, "hush");
        Assert.ThrowsAny<CryptographicException>(() => keeper.Unprotect(Purpose, 8, kept));
        Assert.ThrowsAny<CryptographicException>(() => keeper.Unprotect("tests.other", 7, kept));
        kept[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => keeper.Unprotect(Purpose, 7, kept));
    }

    /// <summary>Both made a key of their own, each before it could see the other's.</summary>
    [Fact]
    public async Task Processes_that_started_together_read_each_others_secrets()
    {
        var (one, two) = (NewKeeper(_master), NewKeeper(_master));
        var kept = await Task.WhenAll(Task.Run(() => one.Protect(Purpose, 7, "first")), Task.Run(() => two.Protect(Purpose, 7, "second")));
        _clock.Advance(600);
        Assert.Equal("second", one.Unprotect(Purpose, 7, kept[1]));
        Assert.Equal("first", two.Unprotect(Purpose, 7, kept[0]));
    }

    [Fact]
    public async Task A_key_that_another_process_made_later_is_found()
    {
        var one = NewKeeper(_master);
        one.Protect(Purpose, 7, "opens the ring");
        await app.OwnerSqlAsync("delete from kernel.key_ring");
        var kept = NewKeeper(_master).Protect(Purpose, 7, "of a new key");
        _clock.Advance(600);
        Assert.Equal("of a new key", one.Unprotect(Purpose, 7, kept));
    }

    [Fact]
    public async Task The_database_alone_tells_no_key()
    {
        var kept = NewKeeper(_master).Protect(Purpose, 7, "hush");
        var element = Assert.Single(await app.OwnerQueryAsync<string>("select element from kernel.key_ring"));
        Assert.DoesNotContain("masterKey", element, StringComparison.Ordinal);
        Assert.ThrowsAny<CryptographicException>(() => NewKeeper(NewMaster()).Unprotect(Purpose, 7, kept));
        Assert.ThrowsAny<CryptographicException>(() => NewKeeper(MasterKey.Read(new(), null)).Unprotect(Purpose, 7, kept));
    }

    [Fact]
    public void Without_a_master_key_secrets_are_kept_all_the_same()
    {
        var none = MasterKey.Read(new(), null);
        Assert.Equal("hush", NewKeeper(none).Unprotect(Purpose, 7, NewKeeper(none).Protect(Purpose, 7, "hush")));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_master_key_of_another_length_is_refused(string text) =>
        Assert.Contains("32 bytes", Assert.Throws<InvalidOperationException>(() => MasterKey.Read(new() { MasterKey = text }, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_master_key_is_made_once_in_the_data_folder()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var kept = NewKeeper(MasterKey.Read(new(), folder.FullName)).Protect(Purpose, 7, "hush");
            Assert.Equal("hush", NewKeeper(MasterKey.Read(new(), folder.FullName)).Unprotect(Purpose, 7, kept));
            var file = Assert.Single(folder.GetFiles("*", SearchOption.AllDirectories));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static MasterKey NewMaster() =>
        MasterKey.Read(new() { MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) }, null);

    private SecretKeeper NewKeeper(MasterKey master)
    {
        var database = new Database(app.ServerConnectionString, new DatabaseOptions());
        var keeper = new SecretKeeper(database, master, NullLoggerFactory.Instance, _clock);
        _databases.Add(database);
        return keeper;
    }
}
