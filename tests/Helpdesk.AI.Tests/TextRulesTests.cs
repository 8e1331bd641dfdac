namespace Helpdesk.AI.Tests;

/// <summary>Rules that hold for every text: random cases, the same at every run.</summary>
public sealed class TextRulesTests
{
    private static readonly string[] Pieces =
        ["]", "(", "[", ":", "/", "<", ">", "w", "www.", "WWW.", "http://", "://", "](", "][", "]:", "a", "漢", "😀", "\u202e", "\u200b", "\0", "\n", " ", ".", "!", "&lt;", "_", "*", "1", "mailto:", "MailTo", "\u200d", "\"", "\\"];

    [Fact]
    public void Nothing_that_leads_anywhere_survives()
    {
        Cases(20_000, random =>
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var safe = SafeText.Of(text, 10_000);
            foreach (var harm in new[] { "<", "](", "][", "]:", "://", "\u202e", "\u200b", "\0" })
                Assert.DoesNotContain(harm, safe, StringComparison.Ordinal);
            foreach (var address in new[] { "www.", "mailto:" })
                Assert.False(IsAnywhere(address, safe), safe);
            Assert.Equal(safe, SafeText.Of(safe, 10_000));
        });
    }

    [Fact]
    public void A_safe_text_is_no_longer_than_wanted_and_whole() => Cases(5_000, random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        var safe = SafeText.Of(text, random.Next(2, 20) is var most ? most : 0);
        Assert.InRange(safe.Length, 0, most);
        Assert.True(safe.Length == 0 || IsWhole(safe));
    });

    [Theory]
    [InlineData("**Bold** and `code`\n\n- a list\n> a quote", "**Bold** and `code`\n\n- a list\n> a quote")]
    [InlineData("  a\r\nb  ", "a\nb")]
    [InlineData("[text](https://x.example)", "[text] (https[:]//x.example)")]
    [InlineData("Hello {{requester.first_name}}", "Hello {{requester.first_name}}")]
    [InlineData("مرحبا بالعالم", "مرحبا بالعالم")]
    [InlineData("می\u200cروم 👩\u200d💻", "می\u200cروم 👩\u200d💻")]
    [InlineData("Write to help@shop.example", "Write to help@shop.example")]
    [InlineData("_www.evil.example mailto:eve@evil.example", "_www[.]evil.example mailto[:]eve@evil.example")]
    public void What_is_harmless_stays(string text, string safe) => Assert.Equal(safe, SafeText.Of(text, 1_000));

    [Fact]
    public void A_text_that_is_cut_keeps_both_ends_and_fits() => Cases(5_000, random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(400)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        var most = random.Next(2, 60);
        var fitted = Tokens.Fit(text, most);
        if (Tokens.Of(text) <= most)
        {
            Assert.Equal(text, fitted);
            return;
        }

        var parts = fitted.Split("\n[… ");
        var (head, tail) = (parts[0], fitted[(fitted.LastIndexOf("left out …]\n", StringComparison.Ordinal) + 12)..]);
        Assert.True(text.StartsWith(head, StringComparison.Ordinal) && text.EndsWith(tail, StringComparison.Ordinal));
        Assert.True(Tokens.Of(head) + Tokens.Of(tail) <= most + 1);
        Assert.Contains($"{text.Length - head.Length - tail.Length} characters", fitted, StringComparison.Ordinal);
        Assert.True(IsWhole(head) && IsWhole(tail));
    });

    [Fact]
    public void A_thread_keeps_its_ends_and_its_budget() => Cases(5_000, random =>
    {
        var sizes = Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(1, 250)).ToArray();
        var most = random.Next(500, 4_000);
        var (head, tail) = Tokens.Keep(sizes, most);
        Assert.True(head >= 1 && head + tail <= sizes.Length);
        if (sizes.Sum() <= most)
            Assert.Equal(sizes.Length, head + tail);
        else if (sizes.Length > 2)
            Assert.True(tail >= 1 && sizes.Take(head).Sum() + sizes.TakeLast(tail).Sum() <= most);
    });

    [Fact]
    public void Twenty_thousand_questions_are_put_together_in_seconds()
    {
        var random = new Random(7);
        var asked = new List<(string Text, int Topic)>();
        for (var topic = 0; topic < 12; topic++)
        {
            var words = Enumerable.Range(0, 8).Select(i => $"topic{(char)('a' + topic)}word{(char)('a' + i)}").ToArray();
            for (var i = 0; i < 200 + topic * 20; i++)
                asked.Add((string.Join(' ', words.OrderBy(_ => random.Next()).Take(5)) + " please help " + Noise(6), topic));
        }

        while (asked.Count < 20_000)
            asked.Add(("please help " + Noise(20), -1));
        var questions = asked.OrderBy(_ => random.Next()).Select((one, i) => (Question: AskedQuestion.Of(new(i, i, "Question", one.Text, i % 3 == 0)), one.Topic)).ToList();
        var topics = questions.ToDictionary(one => one.Question.TicketId, one => one.Topic);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var clusters = QuestionClusters.Of(questions.ConvertAll(one => one.Question));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(clusters.Select(cluster => cluster.Weight).OrderDescending(), clusters.Select(cluster => cluster.Weight));
        var largest = clusters.Take(12).ToList();
        Assert.Equal(12, largest.Select(cluster => topics[cluster.Questions[0].TicketId]).Where(topic => topic >= 0).Distinct().Count());
        foreach (var cluster in largest)
        {
            var topic = topics[cluster.Questions[0].TicketId];
            Assert.True(cluster.Questions.Count(question => topics[question.TicketId] == topic) > 0.97 * cluster.Questions.Count);
            Assert.True(cluster.Questions.Count > 0.9 * topics.Values.Count(one => one == topic), $"{cluster.Questions.Count} of topic {topic}");
        }

        string Noise(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => $"noise{random.Next(20_000):x}"));
    }

    [Fact]
    public void No_question_is_in_two_clusters_and_each_has_two() => Cases(200, random =>
    {
        var questions = Enumerable.Range(0, random.Next(80)).Select(i => AskedQuestion.Of(new(
            i, i, "", string.Join(' ', Enumerable.Range(0, random.Next(6)).Select(_ => "word" + (char)('a' + random.Next(20)))), random.Next(2) == 0))).ToList();
        var clusters = QuestionClusters.Of(questions);
        Assert.All(clusters, cluster => Assert.True(cluster.Questions.Count > 1));
        Assert.Distinct(clusters.SelectMany(cluster => cluster.Questions).Select(question => question.TicketId));
    });

    [Fact]
    public void What_is_asked_most_is_found_though_everybody_asks_it()
    {
        var all = Assert.Single(QuestionClusters.Of(Asked((25, "Login fails after update"))));
        Assert.Equal(25, all.Questions.Count);
        var two = QuestionClusters.Of(Asked((60, "login fails"), (40, "invoice missing")));
        Assert.Equal([60, 40], two.Select(cluster => cluster.Questions.Count));
    }

    [Fact]
    public void Questions_that_share_no_more_than_their_first_word_are_not_alike()
    {
        var texts = Enumerable.Range(0, 26).Select(i => (1, "Question " + string.Join(' ', Enumerable.Range(0, 10).Select(j => $"only{(char)('a' + i)}x{(char)('a' + j)}"))));
        Assert.DoesNotContain(QuestionClusters.Of(Asked([.. texts, (3, "Question")])), cluster => cluster.Questions.Count > 3);
    }

    [Fact]
    public void Clustering_stops_when_nobody_waits_for_it() =>
        Assert.Throws<OperationCanceledException>(() => QuestionClusters.Of(Asked((25, "Login fails after update")), new CancellationToken(true)));

    [Fact]
    public void What_a_model_reads_keeps_its_budget_with_its_escapes() => Cases(3_000, random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(400)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        var most = random.Next(20, 90);
        var fitted = Fenced.Fit(text, most);
        var line = Fenced.Line("x", fitted);
        Assert.InRange(Tokens.Of(line), 0, most + 24);
        Assert.DoesNotContain('<', line);
        Assert.DoesNotContain('>', line);
        Assert.Equal(fitted, System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("x").GetString());
    });

    [Fact]
    public void No_more_is_escaped_than_must_be() => Assert.Equal(
        """{"x":"Müller & Söhne's `a+b` 😀 \\ud83d\\ude00 \"q\" \u003Cb\u003E"}""", Fenced.Line("x", "Müller & Söhne's `a+b` 😀 \\ud83d\\ude00 \"q\" <b>"));

    private static List<AskedQuestion> Asked(params (int Times, string Text)[] texts) =>
        [.. texts.SelectMany(text => Enumerable.Repeat(text.Text, text.Times)).Select((text, i) => AskedQuestion.Of(new(i, i, "", text, false)))];

    /// <summary>Whether an address stands anywhere but at the end of a longer word.</summary>
    private static bool IsAnywhere(string address, string text)
    {
        for (var at = text.IndexOf(address, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(address, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
                return true;
        }

        return false;
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text, i++)))
                return false;
        }

        return true;
    }

    private static void Cases(int count, Action<Random> check)
    {
        for (var number = 0; number < count; number++)
        {
            try
            {
                check(new Random(number));
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"Case {number}: {exception.Message}", exception);
            }
        }
    }
}
