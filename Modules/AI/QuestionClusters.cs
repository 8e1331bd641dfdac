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
/// Puts questions that are alike together, tens of thousands in about a second. A question joins the first one that it is most alike, by the cosine of
/// their telling words, or becomes a first one itself. Words that are too rare to make a large cluster and words that everybody uses tell nothing.
/// </summary>
internal static class QuestionClusters
{
    private const int TellingWords = 12;
    private const float Alike = 0.35f;
    // A word of so many first questions finds none of the others any more: their rarer words do.
    private const int LongestPosting = 300;

    /// <summary>The clusters of at least two questions, the weightiest first.</summary>
    public static IReadOnlyList<QuestionCluster> Of(IReadOnlyList<AskedQuestion> questions)
    {
        var weights = WeightsOf(questions);
        var clusters = new List<List<AskedQuestion>>();
        var postings = new Dictionary<int, List<(int Cluster, float Weight)>>();
        var likeness = new List<float>();
        var touched = new List<int>();
        foreach (var question in questions)
        {
            var vector = VectorOf(question, weights);
            if (vector.Length == 0)
                continue;
            var (nearest, most) = (-1, Alike);
            foreach (var (word, weight) in vector)
            {
                foreach (var (cluster, other) in postings.GetValueOrDefault(word) ?? [])
                {
                    if (likeness[cluster] == 0)
                        touched.Add(cluster);
                    likeness[cluster] += weight * other;
                    if (likeness[cluster] > most)
                        (nearest, most) = (cluster, likeness[cluster]);
                }
            }

            foreach (var cluster in touched)
                likeness[cluster] = 0;
            touched.Clear();
            if (nearest >= 0)
                clusters[nearest].Add(question);
            else
                Begin(question, vector);
        }

        return [.. clusters.Where(cluster => cluster.Count > 1).Select(cluster => new QuestionCluster(cluster)).OrderByDescending(cluster => cluster.Weight)];

        void Begin(AskedQuestion question, (int Word, float Weight)[] vector)
        {
            foreach (var (word, weight) in vector)
            {
                if (!postings.TryGetValue(word, out var posting))
                    postings[word] = posting = [];
                if (posting.Count < LongestPosting)
                    posting.Add((clusters.Count, weight));
            }

            clusters.Add([question]);
            likeness.Add(0);
        }
    }

    /// <summary>How much each word tells: the rarer, the more. Words that tell nothing are not in it.</summary>
    private static Dictionary<int, float> WeightsOf(IReadOnlyList<AskedQuestion> questions)
    {
        var counts = new Dictionary<int, int>();
        foreach (var word in questions.SelectMany(question => question.Words))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        var least = Math.Max(2, questions.Count / 2_000);
        var most = questions.Count < 20 ? questions.Count : questions.Count / 2;
        return counts.Where(count => count.Value >= least && count.Value <= most)
            .ToDictionary(count => count.Key, count => MathF.Log(1 + (float)questions.Count / count.Value));
    }

    /// <summary>The words that tell most, as a vector of length one.</summary>
    private static (int Word, float Weight)[] VectorOf(AskedQuestion question, Dictionary<int, float> weights)
    {
        var told = question.Words.Where(weights.ContainsKey).Select(word => (Word: word, Weight: weights[word]))
            .OrderByDescending(word => word.Weight).ThenBy(word => word.Word).Take(TellingWords).ToArray();
        var length = MathF.Sqrt(told.Sum(word => word.Weight * word.Weight));
        return Array.ConvertAll(told, word => (word.Word, word.Weight / length));
    }
}
