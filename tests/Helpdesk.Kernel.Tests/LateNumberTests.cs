using System.Text.Json;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Kernel.Tests;

public sealed class LateNumberTests
{
    private const string Token = "req_01JABCDEFGHJKMNPQRSTVWXYZ0";

    [Theory]
    [InlineData(1, 6, "HD-000001")]
    [InlineData(999_999, 6, "HD-999999")]
    [InlineData(1_234_567, 6, "HD-1234567")]
    [InlineData(int.MaxValue, 1, "HD-2147483647")]
    [InlineData(7, 1, "HD-7")]
    [InlineData(7, 9, "HD-000000007")]
    [InlineData(7, 12, "HD-000000000007")]
    public void The_number_takes_the_place_of_its_token(int number, int digits, string expected)
    {
        var late = new LateNumber("ticket", Token);
        var before = late.Format("HD-", digits);
        late.Fill(number);
        Assert.Equal(expected, late.FillIn(before));
        Assert.Equal(expected, late.Format("HD-", digits));
    }

    [Fact]
    public void The_number_is_not_to_be_had_before_the_commit() =>
        Assert.Throws<InvalidOperationException>(() => new LateNumber("ticket", Token).Value);

    [Fact]
    public void Several_tokens_are_filled_in_wherever_they_stand() => Generated.Cases(500, random =>
    {
        var late = new LateNumber("ticket", Token);
        var number = random.Next();
        var parts = Enumerable.Range(0, random.Next(6)).Select(_ => (Text: random.Text(10), Digits: random.Next(1, 10))).ToArray();
        var before = string.Concat(parts.Select(part => part.Text + late.Format("HD-", part.Digits))) + "!";
        late.Fill(number);
        Assert.Equal(string.Concat(parts.Select(part => part.Text + "HD-" + number.ToString("D" + part.Digits))) + "!", late.FillIn(before));
    });

    [Theory]
    [InlineData("~:6~")]
    [InlineData("~req_01JABCDEFGHJKMNPQRSTVWXYZ1:6~")]
    [InlineData("req_01JABCDEFGHJKMNPQRSTVWXYZ0:6~")]
    [InlineData("\"request_id\":\"req_01JABCDEFGHJKMNPQRSTVWXYZ0\"")]
    [InlineData("~req_01JABCDEFGHJKMNPQRSTVWXYZ0~")]
    [InlineData("~~~")]
    public void What_looks_alike_stays(string text) => Assert.Equal(text, LateNumber.FillIn(text, Token, 42));

    [Fact]
    public void A_reply_in_json_holds_the_number_as_if_it_had_been_known()
    {
        var late = new LateNumber("ticket", Token);
        var view = new { Reference = new LateText("HD-", late, 6), Subject = "~quotes \" and ~ waves~", Other = new LateText("HD-000001") };
        var before = JsonSerializer.Serialize(view, WireJson.Options);
        Assert.DoesNotContain("000042", before);
        late.Fill(42);
        Assert.Equal(JsonSerializer.Serialize(view, WireJson.Options), late.FillIn(before));
        Assert.Contains("\"HD-000042\"", late.FillIn(before));
    }
}
