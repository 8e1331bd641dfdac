using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Kernel.Tests;

public sealed class SlugTests
{
    [Theory]
    [InlineData("Billing", "billing")]
    [InlineData("  Refund   request! ", "refund-request")]
    [InlineData("a--b__c", "a-b-c")]
    [InlineData("Crème brûlée", "creme-brulee")]
    [InlineData("Ärger über Öfen", "arger-uber-ofen")]
    [InlineData("Žluťoučký kůň", "zlutoucky-kun")]
    [InlineData("Việt Nam", "viet-nam")]
    [InlineData("re\u0301sume\u0301", "resume")]
    [InlineData("C# & F#", "c-f")]
    [InlineData("漢字", "")]
    [InlineData("---", "")]
    [InlineData("", "")]
    [InlineData("😀 smile", "smile")]
    [InlineData("№ 5", "5")]
    public void A_slug_is_made_of_letters_and_digits(string name, string slug) => Assert.Equal(slug, Slug.From(name));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-1-b", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a--b", false)]
    [InlineData("A", false)]
    [InlineData("ä", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("١", false)]
    public void A_slug_is_known_by_its_form(string text, bool isSlug) => Assert.Equal(isSlug, Slug.IsValid(text));

    [Fact]
    public void A_slug_has_at_most_64_characters()
    {
        Assert.True(Slug.IsValid(new string('a', 64)));
        Assert.False(Slug.IsValid(new string('a', 65)));
        Assert.Equal(64, Slug.From(new string('x', 500)).Length);
    }

    [Fact]
    public void Whatever_is_made_is_a_slug_or_empty_and_stays_as_it_is() => Generated.Cases(5_000, random =>
    {
        var slug = Slug.From(random.Text(100));
        Assert.True(slug.Length == 0 || Slug.IsValid(slug), slug);
        Assert.Equal(slug, Slug.From(slug));
    });

    [Fact]
    public void Half_a_surrogate_pair_does_no_harm() => Assert.Equal("a-b", Slug.From("a\ud83db"));
}
