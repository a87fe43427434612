"""The kinds of help, and what invented people say about giving it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Priced:
    """One line for a price list: title, unit, pence from and to (in steps of 50p), minutes, and group terms."""

    title: str
    unit: str
    low: int = 0
    high: int = 0
    minutes: int | None = None
    details: str = ""
    group: tuple[int, int, int] | None = None  # pence for all, least, most
    dated: int = 0  # places, when it is a class with dates


@dataclass(frozen=True)
class Kind:
    slug: str
    name: str
    hint: str
    art: str
    titles: tuple[str, ...]
    summaries: tuple[str, ...]
    abouts: tuple[str, ...]
    prices: tuple[Priced, ...]
    personal_care: bool = False
    venue: bool = False
    group: bool = False
    direct_payment: str = "allowed"
    share: int = 16  # how many of the 300 providers
    words: tuple[str, ...] = field(default=())


KINDS = (
    Kind(
        "meals",
        "Meals and cooking",
        "A hot lunch, or cooking with you",
        "pan",
        ("{first}’s Kitchen", "{place} Dinners", "The {last} Pan", "Lunch with {first}", "{place} Home Cooking"),
        (
            "Proper lunches, hot at the door by half past twelve, and I stop for a natter.",
            "I cook in your kitchen with what you like, and leave three days of meals in the fridge.",
            "Curries, stews and pies made with you. You stir, I chop.",
            "Soft and small meals done well. Tell me what you can eat and I will make it nice.",
        ),
        (
            "I cooked for a primary school for nineteen years. I like an empty plate.",
            "Halal, vegetarian and diabetic meals are everyday cooking to me, not a special order.",
            "I wash up. If you would rather do it yourself, I dry.",
            "Everything is cooked the same morning. I write the date on what goes in the freezer.",
        ),
        (
            Priced("A hot lunch at your door", "session", 750, 1150, 20),
            Priced("Cooking in your kitchen", "hour", 1600, 2200, 60),
            Priced("Five lunches, Monday to Friday", "week", 3600, 5200, None, "Delivered each day."),
        ),
        share=22,
    ),
    Kind(
        "gardening",
        "Gardening",
        "Lawns, pots, hedges",
        "trowel",
        (
            "{last}’s Gardens",
            "{first} {last}, gardens",
            "{place} Garden Help",
            "Roots and Shoots, {place}",
            "{last} and Daughter, gardens",
        ),
        (
            "Weeding, pruning, pots and hedges. Glad to garden beside you if you want to keep your hand in.",
            "Small gardens kept tidy all year, a little and often.",
            "Grass, leaves, greenhouse glass. I take the cuttings away.",
            "Raised beds built to your height, so that you can go on growing things.",
        ),
        (
            "I looked after the beds at a big house for eleven years and went on my own when my knees asked for smaller gardens.",
            "I bring my own tools. If you would sooner do it with me than watch from the window, say so.",
            "I keep an eye out for slippery steps and tell you. I always shut the gate.",
            "In winter I clear leaves, wash pots and sharpen what you have.",
        ),
        (
            Priced("An hour in your garden", "hour", 1500, 2400, 60),
            Priced("A half day, four hours", "session", 5600, 8200, 240),
            Priced("Taking away a bulk bag", "fixed", 700, 1200),
        ),
        share=26,
    ),
    Kind(
        "company",
        "Company",
        "A visit, a chat, a game of cards",
        "kettle",
        ("Tea with {first}", "{first} {last}, good company", "A Friendly Hour, {place}", "{place} Callers"),
        (
            "A regular hour: tea, the paper, cards, or nothing much at all.",
            "I visit on the same day each week, so there is something to look forward to.",
            "A walk to the shop, a sit in the park, a chat in Polish or English.",
            "I like old films, cribbage and a good argument about football.",
        ),
        (
            "My own gran lived on her own for years and the days were long. An hour makes a hole in them.",
            "I do not do hoovering. I do listening, and I remember what you told me.",
            "We meet first, and if it is no good between us we say so and nobody minds.",
            "I can come with you to the club you have been meaning to try, and leave when you have settled.",
        ),
        (
            Priced("An hour’s visit", "hour", 1200, 1900, 60),
            Priced("An afternoon out together", "session", 3600, 5600, 180),
        ),
        share=24,
    ),
    Kind(
        "personal-care",
        "Personal care",
        "Washing, dressing, help in the night",
        "towel",
        ("{place} Care Together", "{last} Care", "Morning and Night Care, {place}", "{first} {last}, care at home"),
        (
            "Help to wash, dress and start the day, in your own order and your own time.",
            "Two people you know, not a different face each morning.",
            "Bed, bath and breakfast. We come when you get up, not when the rota says.",
            "Care for people who are near the end of their life, and rest for whoever looks after them.",
        ),
        (
            "We are a small team and each person here has two carers, never more.",
            "You tell us how you like things done, and we write it down so that you need not say it twice.",
            "We never rush a meal. If the visit takes longer, it takes longer.",
            "Everybody in the team has been trained to move people safely and has their certificate looked at by the council.",
        ),
        (
            Priced("Half an hour", "session", 1350, 1750, 30),
            Priced("An hour", "hour", 2350, 2950, 60),
            Priced("A night, asleep but there", "session", 11000, 14500, 540),
        ),
        personal_care=True,
        share=18,
        direct_payment="allowed",
    ),
    Kind(
        "getting-about",
        "Getting about",
        "Lifts, shopping, someone to walk with",
        "bus",
        ("{first}’s Lifts", "{place} Door to Door", "{last} Drives", "There and Back, {place}"),
        (
            "Lifts to the surgery, the hairdresser or the sea. I wait, and I come in if you want me to.",
            "A car with a wide door and a driver with time.",
            "I come with you on the bus until you feel sure of it again.",
            "Hospital appointments: I find the right door and remember what the doctor said.",
        ),
        (
            "My car takes a folding wheelchair. I am used to walking frames, dogs and shopping.",
            "I charge for the time, door to door, and there is nothing extra for waiting.",
            "I drove the school bus in {place} for fourteen years.",
            "Insured for carrying passengers, and I have a clean licence to show you.",
        ),
        (
            Priced("An hour, with the car", "hour", 1600, 2300, 60, "Up to 15 miles included."),
            Priced("A hospital visit, there and back", "fixed", 3200, 5500),
        ),
        share=20,
    ),
    Kind(
        "cleaning",
        "Cleaning and laundry",
        "A regular clean, or just the sheets",
        "washing",
        ("{first} Cleans", "{last}’s Home Help", "Fresh Sheets, {place}", "Spick, {place}", "{place} Home Helps"),
        (
            "A regular clean by the same person, and I move things back where you had them.",
            "Sheets changed, washing hung, ironing done, kettle on.",
            "The jobs you cannot reach: top shelves, behind the cooker, the bath.",
            "Cleaning for people whose hands or lungs make it hard. Unscented if you like.",
        ),
        (
            "I clean for nine people and have done for some of them for years.",
            "I use what is under your sink. If something is running out I leave a note.",
            "I do not throw anything away without asking.",
            "If I find you are not well I will ring whoever you have told me to ring.",
        ),
        (
            Priced("An hour", "hour", 1400, 2000, 60),
            Priced("Change and wash the bed", "session", 1800, 2600, 75),
            Priced("A spring clean, two of us", "day", 14000, 19000, 360),
        ),
        share=26,
    ),
    Kind(
        "clubs",
        "Clubs and days out",
        "Somewhere to go, with lunch",
        "table",
        ("The {place} Table", "Tuesday Club, {place}", "{place} Lunch Club", "The Corner Club, {place}"),
        (
            "A warm room, a cooked lunch and a different thing to do each week.",
            "Bingo if you must, but also boules, gardening and the odd trip to the sea.",
            "A small club for people whose memory plays tricks, and whoever comes with them.",
            "Somewhere to be on a Tuesday. Come once, see if you like it, nobody will sign you up.",
        ),
        (
            "We have run since 2014 in the same hall. There are fourteen of us on a full day.",
            "Lunch is cooked here. Tell us if you cannot eat something.",
            "There is a ramp, a wide toilet and a quiet corner.",
            "Most people come on their own the first time. Somebody will be at the door looking out for you.",
        ),
        (
            Priced("A day with lunch", "session", 2200, 3600, 300, dated=12),
            Priced("Just lunch", "session", 650, 950, 90, dated=20),
        ),
        venue=True,
        group=True,
        share=20,
    ),
    Kind(
        "odd-jobs",
        "Odd jobs",
        "Bulbs, shelves, a dripping tap",
        "tools",
        ("{first} {last}, odd jobs", "{last} Fixes", "Handy in {place}", "{place} Handyman and Handywoman"),
        (
            "Bulbs, shelves, grab rails, a dripping tap. No job is too small, that is the point.",
            "Key safes, grab rails and handrails, put where you reach for them.",
            "Flat packs built, curtains hung, smoke alarms tested.",
            "I mend before I buy new.",
        ),
        (
            "I text before I come and I tidy up after.",
            "I was a joiner for thirty years. Now I like jobs that are done by dinner time.",
            "I do not touch gas, and I do not go on roofs. I know good people who do.",
            "If it turns out to be bigger than we thought I stop and tell you the price before I go on.",
        ),
        (
            Priced("An hour", "hour", 1800, 2600, 60),
            Priced("Fit a grab rail you have bought", "fixed", 2500, 3800, 45),
            Priced("A day’s work", "day", 13000, 17000, 420),
        ),
        share=20,
    ),
    Kind(
        "shopping",
        "Shopping and errands",
        "The weekly shop, the post, prescriptions",
        "milk",
        ("{first}’s Errands", "The Weekly Shop, {place}", "{last} Fetches"),
        (
            "The weekly shop, with you or for you, and put away where you like it.",
            "Prescriptions, library books, parcels, the tip.",
            "I shop at the market first and the supermarket second.",
        ),
        (
            "You pay the shop, not me. I bring every receipt.",
            "I know which yoghurts are on the bottom shelf and that nobody over seventy should have to.",
            "Thursday is my round in {place}; other days by asking.",
        ),
        (Priced("An hour", "hour", 1300, 1800, 60), Priced("The weekly shop", "fixed", 1400, 2200)),
        share=16,
    ),
    Kind(
        "pets",
        "Pets",
        "Walks, feeding, trips to the vet",
        "dog",
        ("{first} and Dogs", "Paws in {place}", "{last} Walks Dogs"),
        (
            "Your dog walked, your cat fed, your budgie talked to.",
            "If you go into hospital I move in with the cat.",
            "Slow walks for old dogs, and for their people if they would like to come.",
        ),
        (
            "I have two whippets of my own and room in the car for yours.",
            "I take animals to the vet and write down what was said.",
            "People go without their tablets before the dog goes without its dinner. I am here for both.",
        ),
        (Priced("A walk", "session", 850, 1400, 45), Priced("A day of visits", "day", 2400, 3800)),
        share=12,
        direct_payment="ask",
    ),
    Kind(
        "letters",
        "Letters, forms and money",
        "Post opened, forms filled in, bills sorted",
        "letter",
        ("Paper and Pen, {place}", "{first} Sorts Papers", "{last} Letters"),
        (
            "We open the post together, and it stops being a pile.",
            "Forms for benefits, blue badges and bus passes, filled in with you.",
            "I help people who pay their own helpers with the payroll and the paperwork.",
        ),
        (
            "I worked at the citizens advice office for twelve years. I still do not like envelopes with windows.",
            "I never hold anybody’s card or password. You press the buttons and I sit beside you.",
            "I keep nothing. Every paper stays in your house.",
        ),
        (Priced("An hour at your table", "hour", 1600, 2400, 60),),
        share=12,
    ),
    Kind(
        "making",
        "Crafts and making",
        "Knitting, woodwork, painting",
        "knitting",
        ("Knit and Natter, {place}", "The {place} Shed", "{first}’s Making Room"),
        (
            "Wool, needles, biscuits. Beginners and people who have forgotten are equally welcome.",
            "A workshop with a stove. Bring something broken and we will mend it together.",
            "Paint, print and clay for hands that do not always do as they are told.",
        ),
        (
            "All the tools are here and somebody to hold the other end.",
            "We sell what we make at the market and the money buys more wool.",
            "There is always a job that can be done sitting down.",
        ),
        (Priced("A morning", "session", 500, 1400, 120, dated=10), Priced("Come and look", "free")),
        venue=True,
        group=True,
        share=14,
    ),
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
)
BY_SLUG = {kind.slug: kind for kind in KINDS}
