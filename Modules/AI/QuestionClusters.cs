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
    public static IReadOnlyList<QuestionCluster> Of(IReadOnlyList<AskedQuestion> questions, CancellationToken ct = default)
    {
        var weights = Weights.Of(questions);
        var vectors = questions.Select(question => VectorOf(question, weights)).ToArray();
        var groups = Seeds(vectors, ct);
        for (var round = 0; round < 2; round++)
            groups = Assign(vectors, Middles(vectors, groups), ct);
        return [.. groups.Where(group => group.Count > 1).Select(group => new QuestionCluster(group.ConvertAll(at => questions[at])))
            .OrderByDescending(cluster => cluster.Weight)];
    }

    private static List<List<int>> Seeds((int Word, float Weight)[][] vectors, CancellationToken ct)
    {
        var (groups, index) = (new List<List<int>>(), new LikenessIndex());
        for (var at = 0; at < vectors.Length; at++)
        {
            ct.ThrowIfCancellationRequested();
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

    private static List<List<int>> Assign((int Word, float Weight)[][] vectors, List<(int Word, float Weight)[]> middles, CancellationToken ct)
    {
        var index = new LikenessIndex();
        middles.ForEach(index.Add);
        var groups = middles.ConvertAll(_ => new List<int>());
        for (var at = 0; at < vectors.Length; at++)
        {
            ct.ThrowIfCancellationRequested();
            if (index.Nearest(vectors[at], Alike) is { } nearest)
                groups[nearest].Add(at);
        }

        return groups;
    }

    /// <summary>
    /// The vector of a question. Of one that says nothing but what most questions say, the rare words count as well: it is like others that say no more
    /// than that, and not like those that begin in the same way and go on in theirs.
    /// </summary>
    private static (int Word, float Weight)[] VectorOf(AskedQuestion question, Weights weights)
    {
        var telling = question.Words.Where(weights.Telling.ContainsKey).ToList();
        var words = telling.Count > 0 && telling.TrueForAll(weights.Common.Contains) ? question.Words : (IReadOnlyList<int>)telling;
        return Unit(words.ToDictionary(word => word, word => weights.Telling.GetValueOrDefault(word, weights.Rare)), TellingWords);
    }

    /// <summary>The words that weigh most, as a vector of length one.</summary>
    private static (int Word, float Weight)[] Unit(Dictionary<int, float> words, int most)
    {
        var kept = words.Select(word => (Word: word.Key, Weight: word.Value))
            .OrderByDescending(word => word.Weight).ThenBy(word => word.Word).Take(most).ToArray();
        var length = MathF.Sqrt(kept.Sum(word => word.Weight * word.Weight));
        return Array.ConvertAll(kept, word => (word.Word, word.Weight / length));
    }

    /// <summary>
    /// How much each word tells of a large cluster: little where everybody uses it, and little where hardly anybody does. A word that everybody uses
    /// still tells something, or the question that is asked most would be lost.
    /// </summary>
    /// <param name="Telling">The weights, without those of words that are too rare to make a cluster.</param>
    /// <param name="Common">The words in more than half of the questions.</param>
    /// <param name="Rare">The weight of a word that one question has alone.</param>
    private sealed record Weights(Dictionary<int, float> Telling, HashSet<int> Common, float Rare)
    {
        public static Weights Of(IReadOnlyList<AskedQuestion> questions)
        {
            var counts = new Dictionary<int, int>();
            foreach (var word in questions.SelectMany(question => question.Words))
                counts[word] = counts.GetValueOrDefault(word) + 1;
            var least = Math.Max(2, questions.Count / 2_000);
            return new(
                counts.Where(count => count.Value >= least).ToDictionary(count => count.Key, count => Weight(count.Value)),
                [.. counts.Where(count => count.Value > questions.Count / 2).Select(count => count.Key)],
                Weight(1));

            float Weight(int count) => MathF.Log(1 + (float)questions.Count / count) * MathF.Log(1 + count);
        }
    }
}
