using Helpdesk.Tickets;

namespace Helpdesk.Host.Demo;

/// <summary>One conversation of the demo desk.</summary>
/// <param name="Name">Who asks.</param>
/// <param name="Email">The address.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Body">The first message.</param>
/// <param name="Queue">The slug of the queue, or null for the default one.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="Source">How it came in.</param>
/// <param name="Tags">Slugs of tags.</param>
/// <param name="Replies">What followed: by the agent (a), as a note (n), by the requester (r).</param>
/// <param name="Ends">The status it ends in, if it was moved by hand.</param>
internal sealed record DemoTicket(
    string Name, string Email, string Subject, string Body, string? Queue, Priority Priority, TicketSource Source, string[] Tags,
    (char Writer, string Text)[] Replies, TicketStatus? Ends);

/// <summary>A dozen conversations about lamps.</summary>
internal static class DemoTickets
{
    public static readonly DemoTicket[] All =
    [
        new("Maria Keller", "maria.keller@mail.example", "Refund for a cancelled order",
            "I cancelled order 10442 on Monday, the money is not back yet.", "billing", Priority.High, TicketSource.Email, ["refund"],
            [('a', "Thank you, Maria. I have just released the refund; it takes two to five days."), ('r', "It is here. Thank you!")], TicketStatus.Resolved),
        new("Tom Barnes", "tom@barnes.example", "Parcel says delivered, but it is not here",
            "Tracking shows delivered yesterday at 14:10. Nobody rang.", "shipping", Priority.High, TicketSource.Portal, [],
            [('n', "Carrier says left with neighbour at number 12."), ('a', "The carrier left it at number 12, Tom. Could you look there?")], TicketStatus.Pending),
        new("Yuki Tanaka", "yuki.tanaka@mail.example", "Lamp flickers when dimmed below a third",
            "Bought the Aurora in May. Above a third it is steady, below it flickers.", null, Priority.Normal, TicketSource.Portal, ["defect"],
            [('a', "Which bulb is in it? The dimmer needs one marked *dimmable*."), ('r', "It is the bulb that came with it.")], null),
        new("Ole Hansen", "ole@hansen.example", "Invoice with our VAT number",
            "Please send the invoice for order 10398 again, with VAT number NO 987 654 321.", "billing", Priority.Normal, TicketSource.Email, [],
            [('a', "Done, Ole: the corrected invoice is in your mailbox.")], TicketStatus.Closed),
        new("Priya Nair", "priya@nair.example", "Shade arrived cracked",
            "The box was fine, the glass shade inside has a crack along the rim.", "shipping", Priority.Normal, TicketSource.Phone, ["defect"],
            [('n', "Third one this week from the same pallet.")], TicketStatus.OnHold),
        new("Lucas Moreau", "lucas.moreau@mail.example", "Forty lamps for a hotel",
            "We furnish a hotel in Lyon and want forty Auroras. What can you offer, and by when?", null, Priority.High, TicketSource.Chat, ["vip"],
            [('a', "A pleasure, Lucas. Our sales lead writes to you today.")], null),
        new("Greta Svensson", "greta@svensson.example", "Can the cable be longer?",
            "Two metres are too short for our ceiling. Is there a longer one?", null, Priority.Low, TicketSource.Portal, [], [], null),
        new("Noah Williams", "noah@williams.example", "Charged twice",
            "My card shows the same amount twice for order 10457.", "billing", Priority.Urgent, TicketSource.Email, ["refund"], [], null),
        new("Elif Demir", "elif.demir@mail.example", "Change of delivery address",
            "I moved. Can order 10461 go to my new address instead?", "shipping", Priority.Normal, TicketSource.Chat, [],
            [('a', "Yes, it has not left yet. Which address?"), ('r', "Lindenstraße 5, 50674 Köln.")], null),
        new("Samuel Adeyemi", "samuel@adeyemi.example", "Newsletter although unsubscribed",
            "I unsubscribed twice and still get the newsletter.", null, Priority.Low, TicketSource.Email, [],
            [('a', "I am sorry, Samuel. You are off the list now, by hand.")], TicketStatus.Resolved),
        new("Ines Carvalho", "ines@carvalho.example", "Spare part: switch for the Luna",
            "The switch of my Luna (2023) is worn. Do you sell it as a spare part?", null, Priority.Normal, TicketSource.Portal, [], [], null),
        new("Jack Murphy", "jack.murphy@mail.example", "Refund minus shipping?",
            "You refunded the lamp, not the shipping. It was your mistake, so I would expect both.", "billing", Priority.Normal, TicketSource.Email,
            ["refund", "vip"], [('n', "He is right: wrong colour sent. Refund shipping too.")], null),
    ];
}
