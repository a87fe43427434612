"""What people ask for less often: walking, classes, a break, growing, phones, nights."""

from .shape import Kind, Priced

NOW_AND_THEN = (
    Kind(
        "walking",
        "Walks and fresh air",
        "A walking group, a push round the park",
        "boots",
        ("{place} Amblers", "Slow Walks, {place}", "Out with {first}"),
        (
            "A mile, then a bench, then perhaps another mile.",
            "Wheelchair walks on paths that I have tried first.",
            "Birds, hedges and gossip. We go at the pace of the slowest and stop for tea.",
        ),
        (
            "I know every bench within five miles of {place}.",
            "We go out in rain, but not in ice.",
            "Dogs are welcome if they like other dogs.",
        ),
        (
            Priced("An hour out, the two of us", "hour", 1200, 1800, 60),
            Priced("The Wednesday walk", "free", details="Turn up; no booking."),
        ),
        group=True,
        share=12,
    ),
    Kind(
        "classes",
        "Exercise classes",
        "Chair yoga, balance, dancing",
        "chair",
        ("Chair Yoga, {place}", "Steady Feet, {place}", "{first}’s Balance Class", "Dance Again, {place}"),
        (
            "Chair yoga for people who think they cannot do yoga.",
            "Balance and strength, so that the stairs stay yours.",
            "Ballroom, a little of it sitting down.",
        ),
        (
            "I have taught people with new hips, old hips and no hips to speak of.",
            "Six to a class, so that I can see everybody.",
            "Wear anything. Bring water. Tell me what hurts.",
        ),
        (
            Priced("One class", "session", 700, 1200, 60, dated=8),
            Priced("Six weeks, in your own group", "fixed", 18000, 24000, 60, group=(18000, 3, 6)),
        ),
        venue=True,
        share=16,
    ),
    Kind(
        "breaks",
        "A break for carers",
        "Somebody you trust, while you go out",
        "chair",
        ("A Few Hours, {place}", "{first} Sits In", "{last} Breaks"),
        (
            "I stay with the one you look after, so that you can go out without watching the clock.",
            "A Saturday a month that is yours.",
            "Evenings too: go to choir, go to bingo, go to bed.",
        ),
        (
            "I get to know you both first, over two or three visits.",
            "I looked after my husband for nine years. I know what three hours are worth.",
            "You leave me a list. I follow the list.",
        ),
        (Priced("Three hours", "session", 4800, 6300, 180), Priced("A whole day", "day", 11500, 15000, 480)),
        share=14,
    ),
    Kind(
        "growing",
        "Growing together",
        "An allotment with a shed and a stove",
        "can",
        ("The Growing Patch, {place}", "{place} Allotment Friends", "Dig In, {place}"),
        (
            "Raised beds, a shed with a stove, and always a job that can be done sitting down.",
            "Come and pot things. Take beans home.",
        ),
        (
            "We are a group of neighbours with half an acre and a kettle.",
            "Nobody is a volunteer and nobody is a client. Everybody digs, or watches somebody dig.",
        ),
        (Priced("A morning on the plot", "free"), Priced("Six mornings, with lunch", "fixed", 3000, 5000)),
        venue=True,
        group=True,
        share=10,
    ),
    Kind(
        "phones",
        "Phones and computers",
        "Video calls, shopping online, scams",
        "letter",
        ("{first} and the Internet", "Screens Explained, {place}"),
        (
            "I sit beside you until you have done it three times yourself.",
            "Video calls with the grandchildren, and how to tell a scam.",
        ),
        (
            "No question is silly. I ask my nephew the ones I cannot answer.",
            "I do not sell anything and I do not hurry.",
        ),
        (Priced("An hour beside you", "hour", 1200, 2000, 60), Priced("Drop-in at the library", "free")),
        share=10,
        direct_payment="ask",
    ),
    Kind(
        "nights",
        "Help at night",
        "Somebody in the house, awake or asleep",
        "hands",
        ("Nights with {first}", "{place} Night Sitters"),
        (
            "I sleep lightly in the next room, so that you can sleep heavily in yours.",
            "Awake all night, with a flask and a crossword.",
        ),
        (
            "I bring my own sheets and am gone by eight.",
            "If you wake and want to talk at three, we talk at three.",
        ),
        (
            Priced("A night, asleep but there", "session", 9500, 13000, 540),
            Priced("A night awake", "session", 13500, 17500, 540),
        ),
        personal_care=True,
        share=8,
    ),
    Kind(
        "care-home-stay",  # the slug that the rule of four weeks knows: payments.budgets.rules.CARE_HOME
        "A short stay in a care home",
        "A few nights away while those who look after you rest",
        "hands",
        (),
        (),
        (),
        (),
        personal_care=True,
        direct_payment="ask",
        share=0,  # nobody invented offers it; a council's own providers may
    ),
)
