using Helpdesk.Notifications.Contracts;

namespace Helpdesk.Notifications.Tests;

public sealed class MailOptionsTests
{
    private static MailOptions Usable => new() { Host = "mail.example", From = "support@help.example", User = "u", Password = "p" };

    public static TheoryData<string?, Action<MailOptions>> Cases => new()
    {
        { null, _ => { } },
        { null, x => (x.Host, x.From) = (null, null) },
        { null, x => x.From = "{tenant}@help.example" },
        { null, x => x.From = "support@{tenant}.help.example" },
        { null, x => (x.User, x.Password, x.Security) = (null, null, MailSecurity.None) },
        { null, x => (x.Host, x.Security) = ("127.0.0.1", MailSecurity.None) },
        { "From", x => x.From = null },
        { "From", x => x.From = "Support <support@help.example>" },
        { "ReplyTo", x => x.ReplyTo = "nobody" },
        { "Port", x => x.Port = 0 },
        { "Port", x => x.Port = 65_536 },
        { "TimeoutSeconds", x => x.TimeoutSeconds = 0 },
        { "TimeoutSeconds", x => x.TimeoutSeconds = 121 },
        { "Password", x => x.Password = "" },
        { "User", x => x.User = null },
        { "Security", x => x.Security = MailSecurity.None },
    };

    [Theory, MemberData(nameof(Cases))]
    public void What_does_not_fit_is_named(string? wrong, Action<MailOptions> change)
    {
        var options = Usable;
        change(options);
        Assert.Equal(wrong, options.WhyNot()?.Split(' ')[0]);
    }

    [Fact]
    public void The_port_is_the_usual_one() => Assert.Equal(
        [587, 465, 25], Enum.GetValues<MailSecurity>().Select(security => new MailOptions { Security = security }.PortOrUsual));
}
