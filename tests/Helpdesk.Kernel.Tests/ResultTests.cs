using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Results;

namespace Helpdesk.Kernel.Tests;

public sealed class ResultTests
{
    private static readonly Error Refusal = Error.Conflict("taken", "It is taken.");

    [Fact]
    public void A_value_is_a_success()
    {
        Result<string> result = "x";
        Assert.Null(result.Error);
        Assert.Equal("x", result.Value);
        Assert.True(result.TryGet(out var value));
        Assert.Equal("x", value);
    }

    [Fact]
    public void A_refusal_has_no_value()
    {
        Result<string> result = Refusal;
        Assert.Same(Refusal, result.Error);
        Assert.False(result.TryGet(out _));
        Assert.Contains("taken", Assert.Throws<InvalidOperationException>(() => result.Value).Message);
        Assert.Same(Refusal, Fail<Result<long>>(Refusal).Error);
    }

    [Fact]
    public void An_error_gains_members_without_changing_the_shared_one()
    {
        var more = Refusal.With("slug", "a").With("limit", 5);
        Assert.Equal([new("slug", "a"), new("limit", 5)], more.Extra);
        Assert.Empty(Refusal.Extra);
    }

    [Fact]
    public void Every_kind_of_refusal_has_a_status_of_its_own()
    {
        var statuses = Enum.GetValues<ErrorKind>().Select(kind => kind.Status()).ToArray();
        Assert.Equal(statuses.Distinct(), statuses);
        Assert.All(statuses, status => Assert.InRange(status, 400, 599));
    }

    private static T Fail<T>(Error error) where T : IFailable<T> => T.Fail(error);
}
