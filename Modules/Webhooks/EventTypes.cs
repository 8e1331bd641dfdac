namespace Helpdesk.Webhooks;

/// <summary>The types of events that can be subscribed to: those that the modules publish.</summary>
internal sealed class EventTypes(IEnumerable<IPublishedEvents> publishers)
{
    /// <summary>Stands for all types, those of later versions included.</summary>
    public const string Every = "*";

    /// <summary>The event that only a test sends.</summary>
    public const string Test = "webhook.test";

    private readonly HashSet<string> _known = [.. publishers.SelectMany(publisher => publisher.Types)];

    /// <summary>What a subscription must be, for whoever gave another.</summary>
    public string Wanted => $"must be a list of {string.Join(", ", _known)}, or of * alone.";

    /// <summary>Whether it is a subscription.</summary>
    public bool IsSubscription(string[] types) => types is [Every] || (types.Length > 0 && types.All(_known.Contains));

    /// <summary>The types that a subscription stands for.</summary>
    public string[] Of(string[] subscription) => subscription is [Every] ? [.. _known] : subscription;

    /// <summary>Whether a subscription takes in a type.</summary>
    public static bool TakesIn(string[] subscription, string type) => subscription is [Every] || subscription.Contains(type);
}
