using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.Canned.Tests;

public sealed partial class CannedTemplatesTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["requester.first_name"] = "Zoë <b>&amp; \"Co\"",
        ["ticket.subject"] = "{{tenant.name}} and {{#each x}}",
        ["tenant.name"] = "Acme",
        ["queue.name"] = "",
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("No placeholder { } }} {", "No placeholder { } }} {")]
    [InlineData("{{tenant.name}}", "Acme")]
    [InlineData("a{{ tenant.name }}b{{{tenant.name}}}c{{&tenant.name}}d{{& tenant.name }}e", "aAcmebAcmecAcmedAcmee")]
    [InlineData("{{tenant.name}}{{tenant.name}}", "AcmeAcme")]
    [InlineData("{{\n\ttenant.name\n}}", "Acme")]
    [InlineData("x{{queue.name}}y", "xy")]
    [InlineData("x{{unknown}}{{also.unknown}}{{first-name}}y", "xy")]
    [InlineData("{{Tenant.Name}}", "")]
    [InlineData("{{tenant}}{{tenant.name.length}}{{this}}{{else}}{{lookup}}{{log}}{{null}}", "")]
    [InlineData("\\{{tenant.name}}", "\\Acme")]
    public void Replaces_plain_names(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{requester.first_name}}", "Zoë <b>&amp; \"Co\"")]
    [InlineData("{{ticket.subject}}", "{{tenant.name}} and {{#each x}}")]
    public void Inserts_values_as_they_are_and_does_not_read_them_again(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{#each requester}}x{{/each}}")]
    [InlineData("{{#if tenant.name}}x{{^}}y{{/if}}")]
    [InlineData("{{> partial}}{{#> layout}}{{/layout}}")]
    [InlineData("{{lookup requester 'first_name'}}")]
    [InlineData("{{log tenant.name}}{{tenant.name tenant.name}}{{helper a=b}}")]
    [InlineData("{{! comment }}{{!-- more --}}")]
    [InlineData("{{../tenant.name}}{{@root.tenant.name}}{{tenant.[name]}}{{tenant/name}}{{this.GetType()}}")]
    [InlineData("{{tenant..name}}{{.tenant}}{{tenant.}}{{.}}{{}}{{ }}")]
    [InlineData("{{tenant.name}")]
    [InlineData("{{tenant.name")]
    [InlineData("{{{tenant.name")]
    [InlineData("{{{{raw x}} y {{/raw")]
    [InlineData("{{\u0000}}{{\ud800}}")]
    public void Leaves_whatever_else_stands_in_braces(string template) => Assert.Equal(template, Render(template));

    [Fact]
    public void Any_template_becomes_what_a_plain_search_for_names_makes_of_it()
    {
        string[] pieces =
        [
            "{", "{{", "{{{", "}", "}}", "}}}", " ", "\n", "&", "#", "/", ">", "!", "~", "\\", "|", "(", ")", "[", "]", "=", "'", "\"", ".", "@",
            "each", "if", "else", "lookup", "this", "as", "tenant.name", "requester.first_name", "ticket.subject", "queue.name", "unknown",
            "{{tenant.name}}", "{{ ticket.subject }}", "{{#each}}", "{{/each}}", "{{> x}}", "text ", "ä", "😀", "\ud800",
        ];
        for (var number = 0; number < 20_000; number++)
        {
            var random = new Random(number);
            var template = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)]));
            var expected = Name().Replace(template, match => Values.GetValueOrDefault(match.Groups["name"].Value, ""));
            Assert.True(Render(template) == expected, $"Case {number}: {template}");
        }
    }

    [Theory]
    [InlineData("{{")]
    [InlineData("{")]
    [InlineData("}}")]
    [InlineData("{{#each a}}")]
    [InlineData("{{> x}}")]
    [InlineData("{{tenant.name}}")]
    [InlineData("{{{")]
    [InlineData("{{ ")]
    [InlineData("{{a.")]
    [InlineData("{{a")]
    [InlineData(" ")]
    [InlineData("{{unknown}}")]
    [InlineData("{{(((")]
    [InlineData("{{&")]
    public void The_largest_templates_take_no_time(string piece)
    {
        var template = new StringBuilder("{{").Insert(2, piece, 65_535 / piece.Length).ToString();
        var watch = Stopwatch.StartNew();
        Render(template);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void Names_that_differ_every_time_are_not_kept()
    {
        // Other tests of the process take memory meanwhile, but not every time; names that are kept would.
        var least = long.MaxValue;
        for (var round = 0; round < 8 && least > 2_000_000; round++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 20_000; i++)
                Render($"{{{{name_{round}_{i}.{i}}}}}");
            least = Math.Min(least, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.InRange(least, long.MinValue, 2_000_000);
    }

    private static string Render(string template) => new CannedTemplates(null!).Render(template, Values);

    [GeneratedRegex(@"\{\{\{\s*(?<name>[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)\s*\}\}\}|\{\{\s*&?\s*(?<name>[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)\s*\}\}")]
    private static partial Regex Name();
}
