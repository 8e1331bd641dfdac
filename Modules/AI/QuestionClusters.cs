using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>How a requester opened a ticket, as far as clustering needs it.</summary>
/// <param name="TicketId">The ticket's id.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="IsUnresolved">Whether the ticket is neither resolved nor closed.</param>
/// <param name="Words">Hashes of the words, each once.</param>
internal sealed record AskedQuestion(long TicketId, long MessageId, bool IsUnresolved, int[] Words)
{
    private const int MostWords = 80;
    private const int ShortestWord = 3;

    /// <summary>Keeps of a first message its words and nothing else. Numbers are none: those of orders make questions differ that are the same.</summary>
    public static AskedQuestion Of(FirstMessage message)
    {
        var words = new HashSet<int>();
        foreach (var word in SearchWords.In(message.Subject + "\n" + message.Text))
        {
            if (word.Length >= ShortestWord && !char.IsAsciiDigit(word[0]) && words.Count < MostWords)
                words.Add(Hash(word));
        }

        return new(message.TicketId, message.MessageId, message.IsUnresolved, [.. words]);
    }

    // The same in every process, unlike that of the runtime. Two words in a million share one, which does not matter here.
    private static int Hash(string word)
    {
        var hash = 2_166_136_261;
        foreach (var c in word)
            hash = (hash ^ c) * 16_777_619;
        return (int)hash;
    }
}

/// <summary>Questions that are alike.</summary>
/// <param name="Questions">The questions, in the order in which they were given.</param>
internal sealed record QuestionCluster(IReadOnlyList<AskedQuestion> Questions)
{
    /// <summary>Its place among the others: how often it was asked, and what is unresolved counts twice.</summary>
    public int Weight => Questions.Count + Questions.Count(question => question.IsUnresolved);
}

/// <summary>
/// Puts questions that are alike together, tens of thousands in seconds. A first pass lets each question join the one before it that it is most alike, by the
/// cosine of their telling words; these groups are only seeds. Then, twice, groups with nearly the same middle become one, and every question goes to the
/// middle that is nearest: in a middle the words that belong to one question alone fade away.
/// </summary>
internal static class QuestionClusters
{
    private const int TellingWords = 12;
    private const int WordsOfMiddle = 30;
    private const int MostGroups = 400;
    private const float Alike = 0.35f;
    private const float Same = 0.4f;

    /// <summary>The clusters of at least two questions, the weightiest first.</summary>
    public static IReadOnlyList<QuestionCluster> Of(IReadOnlyList<AskedQuestion> questions)
    {
        var weights = WeightsOf(questions);
        var vectors = questions.Select(question => VectorOf(question, weights)).ToArray();
        var groups = Seeds(vectors);
        for (var round = 0; round < 2; round++)
            groups = Assign(vectors, Middles(vectors, groups));
        return [.. groups.Where(group => group.Count > 1).Select(group => new QuestionCluster(group.ConvertAll(at => questions[at])))
            .OrderByDescending(cluster => cluster.Weight)];
    }

    private static List<List<int>> Seeds((int Word, float Weight)[][] vectors)
    {
        var (groups, index) = (new List<List<int>>(), new LikenessIndex());
        for (var at = 0; at < vectors.Length; at++)
        {
            if (index.Nearest(vectors[at], Alike) is { } nearest)
            {
                groups[nearest].Add(at);
            }
            else
            {
                index.Add(vectors[at]);
                groups.Add([at]);
            }
        }

        return groups;
    }

    /// <summary>The middles of the largest groups; of those that are nearly the same, one.</summary>
    private static List<(int Word, float Weight)[]> Middles((int Word, float Weight)[][] vectors, List<List<int>> groups)
    {
        var (sums, index) = (new List<Dictionary<int, float>>(), new LikenessIndex());
        foreach (var group in groups.Where(group => group.Count > 1).OrderByDescending(group => group.Count).Take(MostGroups))
        {
            var sum = new Dictionary<int, float>();
            foreach (var (word, weight) in group.SelectMany(at => vectors[at]))
                sum[word] = sum.GetValueOrDefault(word) + weight;
            var middle = Unit(sum, WordsOfMiddle);
            if (index.Nearest(middle, Same) is { } nearest)
            {
                foreach (var (word, weight) in sum)
                    sums[nearest][word] = sums[nearest].GetValueOrDefault(word) + weight;
            }
            else
            {
                index.Add(middle);
                sums.Add(sum);
            }
        }

        return sums.ConvertAll(sum => Unit(sum, WordsOfMiddle));
    }

    private static List<List<int>> Assign((int Word, float Weight)[][] vectors, List<(int Word, float Weight)[]> middles)
    {
        var index = new LikenessIndex();
        middles.ForEach(index.Add);
        var groups = middles.ConvertAll(_ => new List<int>());
        for (var at = 0; at < vectors.Length; at++)
        {
            if (index.Nearest(vectors[at], Alike) is { } nearest)
                groups[nearest].Add(at);
        }

        return groups;
    }

    /// <summary>
    /// How much each word tells of a large cluster: little where everybody uses it, and little where hardly anybody does. Words that tell nothing are
    /// not in it.
    /// </summary>
    private static Dictionary<int, float> WeightsOf(IReadOnlyList<AskedQuestion> questions)
    {
        var counts = new Dictionary<int, int>();
        foreach (var word in questions.SelectMany(question => question.Words))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        var least = Math.Max(2, questions.Count / 2_000);
        var most = questions.Count < 20 ? questions.Count : questions.Count / 2;
        return counts.Where(count => count.Value >= least && count.Value <= most)
            .ToDictionary(count => count.Key, count => MathF.Log(1 + (float)questions.Count / count.Value) * MathF.Log(1 + count.Value));
    }

    private static (int Word, float Weight)[] VectorOf(AskedQuestion question, Dictionary<int, float> weights) =>
        Unit(question.Words.Where(weights.ContainsKey).ToDictionary(word => word, word => weights[word]), TellingWords);

    /// <summary>The words that weigh most, as a vector of length one.</summary>
    private static (int Word, float Weight)[] Unit(Dictionary<int, float> words, int most)
    {
        var kept = words.Select(word => (Word: word.Key, Weight: word.Value))
            .OrderByDescending(word => word.Weight).ThenBy(word => word.Word).Take(most).ToArray();
        var length = MathF.Sqrt(kept.Sum(word => word.Weight * word.Weight));
        return Array.ConvertAll(kept, word => (word.Word, word.Weight / length));
    }
}
