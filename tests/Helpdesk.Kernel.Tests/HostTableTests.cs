using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.Kernel.Tests;

public sealed class HostTableTests
{
    private static readonly IGate Native = new Gate("localhost", "help.example.com");
    private static readonly IGate Other = new Gate("other.localhost", "help.example.org");
    private static readonly HostTable Hosts = new(Native, [Native, Other]);

    [Theory]
    [InlineData("acme.localhost", true, true, "acme")]
    [InlineData("ACME.HELP.example.com", true, true, "acme")]
    [InlineData("localhost", true, true, null)]
    [InlineData("127.0.0.1", true, true, null)]
    [InlineData("[::1]", true, true, null)]
    [InlineData("a.b.localhost", true, false, null)]
    [InlineData("example.com", true, false, null)]
    [InlineData("acmelocalhost", true, false, null)]
    [InlineData(".localhost", true, false, null)]
    [InlineData("", true, false, null)]
    [InlineData("acme.other.localhost", false, true, "acme")]
    [InlineData("acme.help.example.org", false, true, "acme")]
    [InlineData("other.localhost", false, true, null)]
    [InlineData("a.b.other.localhost", false, false, null)]
    [InlineData("another.localhost", true, true, "another")]
    public void The_longest_suffix_tells_the_dialect_and_what_stands_before_it_the_tenant(string host, bool isNative, bool isKnown, string? label)
    {
        var (gate, found) = Hosts.Find(host);
        Assert.Equal((isNative ? Native : Other, isKnown, label), (gate, found.IsKnown, found.Label));
    }

    /// <summary>Every request passes here: it may cost the label, which was always made, and nothing else.</summary>
    [Fact]
    public void Allocates_nothing_but_the_label()
    {
        const int rounds = 1000;
        Hosts.Find("acme.localhost");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++)
            Hosts.Find("localhost");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++)
            Hosts.Find("acme.localhost");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, rounds * 32);
    }

    private sealed class Gate(params string[] suffixes) : IGate
    {
        public Dialect Dialect => NativeDialect.Instance;

        public IReadOnlyList<string> Suffixes => suffixes;

        public Task PassAsync(HttpContext http, RequestContext context, RequestDelegate next) => next(http);
    }
}
