using System.Text;

namespace Helpdesk.Host.Demo;

/// <summary>
/// Writes conversations of a made-up support desk. A few hundred words stand in thousands of a tenant's messages, names of sites and teams
/// in hundreds, and names of products in 20 to 200, as a search meets them in real life; numbers are nearly unique.
/// </summary>
internal sealed class BulkLoadText
{
    // A product's name stands in about this many messages, give or take three fifths.
    private const int MessagesPerProduct = 90;
    private const double ProductsPerMessage = 1.05;

    // The words are made of three syllables of three letters: none is the beginning of another, and none has an ending that stemming cuts.
    private static readonly string[] First = ["bro", "cal", "dor", "fen", "gal", "hex", "jor", "kel", "lum", "mar", "nor", "pol", "quo", "ral", "sol", "tam", "vel", "wim", "xan", "zub"];
    private static readonly string[] Middle = ["bal", "cor", "dam", "fil", "gan", "hol", "jum", "kad", "lop", "min", "nav", "pir", "rox", "sem", "tov", "vud", "wok", "zan"];
    private static readonly string[] Last = ["bax", "dok", "fum", "gor", "hux", "jop", "kam", "lox", "mup", "nok", "pax", "rum", "tox", "vik", "wok", "zor"];

    private static readonly string[] Sites =
    [
        "Aarhus", "Bergen", "Bilbao", "Bremen", "Brno", "Cork", "Dresden", "Eindhoven", "Espoo", "Gdansk", "Ghent", "Graz", "Leeds", "Lille",
        "Linz", "Lyon", "Malmo", "Nantes", "Odense", "Oporto", "Parma", "Poznan", "Rennes", "Riga", "Tampere", "Trieste", "Turin", "Utrecht",
        "Varna", "Zagreb", "warehouse", "workshop", "reception", "canteen", "laboratory", "showroom", "call centre", "head office",
    ];

    private static readonly string[] FirstNames =
    [
        "Aino", "Amara", "Anton", "Bela", "Carmen", "Dario", "Edith", "Farid", "Greta", "Hanna", "Igor", "Ines", "Jonas", "Kaya", "Leon",
        "Lucia", "Marek", "Mina", "Nadia", "Noor", "Olaf", "Petra", "Rafael", "Rosa", "Samir", "Selma", "Tarik", "Ulla", "Viktor", "Yara",
    ];

    private static readonly string[] Subjects =
    [
        "{p} does not start after the weekend", "Question about invoice {n}", "Cannot log in to {p}", "Wrong quantity in delivery {n}",
        "{s}: no connection to the file server", "Request for a new account, starting in {d} days", "{p} shows an empty report",
        "Return of order {n}", "Refund still missing for order {n}", "Badge reader at {s} broken", "How do I change my address?",
        "{p} update fails with code {n}", "Password reset mail never arrives", "Slow response from {p} since yesterday",
        "Please add a second user to contract {n}", "Screen in {s} stays dark", "Scanner and {p} disagree about the stock",
        "Complaint about a late technician in {s}", "Export from {p} lacks the last {d} days", "Tax number missing on receipt {n}",
    ];

    private static readonly string[] Asked =
    [
        "Since this morning nobody in {s} can reach {p}.", "We restarted the machine twice and nothing changed.",
        "The message on the screen says error {n}, and then the window closes.", "It worked without trouble until the update {d} days ago.",
        "My colleague has the same laptop and does not see this.", "I attach a photo of the label so that you can read the serial number.",
        "Could someone call me back before noon?", "The order {n} was paid by card, and the bank confirms it.",
        "Half of the parcel was missing, the box itself was not damaged.", "Our accountant needs the corrected invoice before the month ends.",
        "When I choose {p} from the menu, the list stays empty.", "Please tell me what you need from us to go on.",
        "The technician who came to {s} could not find the fault.", "This is the third time in {d} weeks.",
        "Can we get a replacement while ours is being repaired?", "The manual describes a button that our version does not have.",
        "Our customers are waiting at the counter, so this is urgent for us.", "I would rather have the money back than another voucher.",
        "The mail with the link expired before I could open it.", "Printing from {p} puts every page out twice.",
        "Since we moved to {s}, calls drop after {d} minutes.", "I tried another browser and another network, with the same result.",
        "The total at the bottom does not match the lines above it.", "Somebody must have changed the permissions of our shared folder.",
        "We plan to add {d} more people next quarter, does our contract allow it?", "I cannot find {p} in the price list any more.",
    ];

    private static readonly string[] Answered =
    [
        "Thank you for writing, and sorry for the trouble.", "I have looked into your account and found the cause.",
        "The service behind {p} was restarted at {d} past the hour.", "Please sign out, wait a minute and sign in again.",
        "I have asked our warehouse to send the missing part today.", "The refund for {n} is on its way and takes up to {d} working days.",
        "Our team in {s} will visit you, they call beforehand.", "This is a known problem of {p}, and the next release mends it.",
        "Until then you can switch off the preview under settings.", "I have raised the limit of your mailbox for the time being.",
        "Could you send me the log file from the folder that the installer made?", "Which version do you see under help, about?",
        "The invoice was corrected and sent to your accountant as well.", "I have merged your earlier request into this one.",
        "Your new user can start right away, the password comes by separate mail.", "We checked the line to {s} and measured no loss.",
        "The driver on your machine is older than {p} expects.", "I am passing this on to my colleagues of the second level.",
        "Please confirm that we may close this request.", "If it happens again, note the time and the code {n}.",
        "Your contract covers {d} seats, so there is room for more.", "The replacement left our house this afternoon under number {n}.",
    ];

    private static readonly string[] Noted =
    [
        "Customer sounded annoyed on the phone, handle with care.", "Same pattern as {n}, probably the cache of {p} again.",
        "Waiting for the supplier, promised within {d} days.", "Checked the audit trail: permissions were changed by their own admin.",
        "Credit approved up to {n}.", "Technician of {s} has the spare part in the van.", "Do not promise a date before engineering agrees.",
        "Reproduced with {p} on the test machine.", "Asked billing whether the discount still applies.",
    ];

    private readonly Random _random;
    private readonly string[] _products;
    private readonly StringBuilder _text = new(1024);

    /// <summary>A writer for one tenant that will have about so many messages.</summary>
    public BulkLoadText(int seed, long messages)
    {
        _random = new Random(seed);
        _products = new string[(int)Math.Clamp(messages * ProductsPerMessage / MessagesPerProduct, 1, First.Length * Middle.Length * Last.Length)];
        for (var i = 0; i < _products.Length; i++)
        {
            // A step without a common factor with the number of words goes through all of them before the first comes again.
            var word = (int)(i * 1_009L % (First.Length * Middle.Length * Last.Length));
            _products[i] = First[word % First.Length] + Middle[word / First.Length % Middle.Length] + Last[word / (First.Length * Middle.Length)];
        }
    }

    /// <summary>One line that says what a ticket is about.</summary>
    public string Subject()
    {
        _text.Clear();
        Write(Pick(Subjects));
        return char.IsLower(_text[0]) ? char.ToUpperInvariant(_text[0]) + _text.ToString(1, _text.Length - 1) : _text.ToString();
    }

    /// <summary>What somebody writes who asks: about 400 characters.</summary>
    public string Question() => Body(Asked, _random.Next(4, 11));

    /// <summary>What the team writes back.</summary>
    public string Answer() => Body(Answered, _random.Next(4, 11));

    /// <summary>What the team writes for itself.</summary>
    public string Note() => Body(Noted, _random.Next(1, 4));

    /// <summary>The name and the address of the nth person of a tenant, always the same.</summary>
    public static (string Name, string Email) Person(int n)
    {
        var first = FirstNames[n % FirstNames.Length];
        var word = (int)(n * 37L % (First.Length * Last.Length));
        var last = First[word % First.Length] + Last[word / First.Length];
        return ($"{first} {char.ToUpperInvariant(last[0])}{last.AsSpan(1)}", $"{first.ToLowerInvariant()}.{last}{n}@mail.example");
    }

    private string Body(string[] sentences, int count)
    {
        _text.Clear();
        var at = _random.Next(sentences.Length);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                _text.Append(i % 4 == 0 ? "\n\n" : " ");
            Write(sentences[at]);
            // No sentence twice in a message: a step of one to three meets none of them again within ten.
            at = (at + _random.Next(1, Math.Max(2, sentences.Length / 9 + 1))) % sentences.Length;
        }

        return _text.ToString();
    }

    private void Write(string template)
    {
        var rest = template.AsSpan();
        for (var slot = rest.IndexOf('{'); slot >= 0; slot = rest.IndexOf('{'))
        {
            _text.Append(rest[..slot]);
            switch (rest[slot + 1])
            {
                case 'p': _text.Append(Product()); break;
                case 's': _text.Append(Pick(Sites)); break;
                case 'n': _text.Append(_random.Next(10_000, 1_000_000)); break;
                default: _text.Append(_random.Next(2, 31)); break;
            }

            rest = rest[(slot + 3)..];
        }

        _text.Append(rest);
    }

    /// <summary>Products differ in how often they are spoken of: the first four times as often as the last, evenly in between.</summary>
    private string Product() => _products[(int)(_products.Length * (1.6 - Math.Sqrt(2.56 - 2.4 * _random.NextDouble())) / 1.2)];

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
