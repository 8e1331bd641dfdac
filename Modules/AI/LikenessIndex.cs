namespace Helpdesk.AI;

/// <summary>Vectors of words, numbered as they are added, and which of them a vector is most alike: without looking at those that share no word with it.</summary>
internal sealed class LikenessIndex
{
    // A word of so many vectors finds none of the further ones: their rarer words do.
    private const int LongestPosting = 300;

    private readonly Dictionary<int, List<(int At, float Weight)>> _postings = [];
    private readonly List<float> _likeness = [];
    private readonly List<int> _touched = [];

    /// <summary>Adds a vector of length one.</summary>
    public void Add((int Word, float Weight)[] vector)
    {
        foreach (var (word, weight) in vector)
        {
            if (!_postings.TryGetValue(word, out var posting))
                _postings[word] = posting = [];
            if (posting.Count < LongestPosting)
                posting.Add((_likeness.Count, weight));
        }

        _likeness.Add(0);
    }

    /// <summary>The number of the one that is most alike, by the cosine; null when none is more alike than that.</summary>
    public int? Nearest((int Word, float Weight)[] vector, float than)
    {
        foreach (var (word, weight) in vector)
        {
            foreach (var (at, other) in _postings.GetValueOrDefault(word) ?? [])
            {
                if (_likeness[at] == 0)
                    _touched.Add(at);
                _likeness[at] += weight * other;
            }
        }

        int? nearest = null;
        foreach (var at in _touched)
        {
            if (_likeness[at] > than)
                (nearest, than) = (at, _likeness[at]);
            _likeness[at] = 0;
        }

        _touched.Clear();
        return nearest;
    }
}
