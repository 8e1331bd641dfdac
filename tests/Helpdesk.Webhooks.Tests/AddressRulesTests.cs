using System.Net;
using System.Net.Sockets;
using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks.Tests;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("93.184.215.14")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:81b::200e")]
    public void Public(string address) => Assert.True(AddressRules.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.100.100.200")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.255.255")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("64:ff9b:1::10.0.0.1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:10::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Not_public(string address) => Assert.False(AddressRules.IsPublic(IPAddress.Parse(address)));

    /// <summary>However an IPv4 address is wrapped, what comes out is never public.</summary>
    [Fact]
    public void No_form_hides_an_address()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var v4 = new byte[4];
            new Random(seed).NextBytes(v4);
            foreach (var prefix in new[] { "00000000000000000000ffff", "000000000000000000000000", "0064ff9b0000000000000000", "0064ff9b0001000000000000", "0000000000000000ffff0000" })
                Assert.False(AddressRules.IsPublic(new IPAddress([.. Convert.FromHexString(prefix), .. v4])));
            Assert.False(AddressRules.IsPublic(new IPAddress([0x20, 0x02, .. v4, .. new byte[10]])));
        }
    }

    [Fact]
    public void Only_plain_forms_of_this_machine_are_this_machine()
    {
        Assert.True(AddressRules.IsLoopback(IPAddress.Loopback) && AddressRules.IsLoopback(IPAddress.IPv6Loopback) && AddressRules.IsLoopback(IPAddress.Parse("127.9.9.9")));
        Assert.False(AddressRules.IsLoopback(IPAddress.Parse("::ffff:127.0.0.1")));
        Assert.Equal(AddressFamily.InterNetworkV6, IPAddress.Parse("::ffff:127.0.0.1").AddressFamily);
    }
}
