"""What people ask of neighbours, in their own words, and a kind of help that answers it."""

import pytest

from search.words.matching import Rulebook
from search.words.seeding import file_rules
from search.words.spelling import Lexicon
from search.words.understanding import understand

BOOK = Rulebook(file_rules())
WORDS = Lexicon([], BOOK)
ASKED = {
    "personal-care": (
        "a hairdresser who will come to my house",
        "somebody to put my eye drops in at night",
        "mum needs reminding to take her tablets",
        "two carers and a hoist",
        "catheter care for my husband",
        "I am just out of hospital with a new hip",
        "help dad shave and get dressed",
        "PEG feed at home",
        "my dad can't get out of his chair",
        "someone to do my insulin",
        "a tea-time call",
        "help granny to the loo",
        "brush his teeth",
    ),
    "nights": (
        "someone to stay the night with mum",
        "gets up in the night and wanders",
        "waking nights",
        "a night carer for mum",
        "dad is up in the small hours",
    ),
    "breaks": (
        "respite for a weekend",
        "we need a short break from caring",
        "never a few hours to myself",
        "someone to sit with dad",
    ),
    "care-home-stay": ("a fortnight in a care home while we go on holiday", "respite bed"),
    "odd-jobs": (
        "kitchen tap drips",
        "paint the spare bedroom",
        "help to clear the loft",
        "someone to hang my curtains",
        "move a heavy wardrobe",
        "put the bins out",
        "an electrician",
        "fix my fence",
        "bleed the radiators",
        "assemble a wardrobe",
        "roller blinds in the lounge",
        "my smoke alarm is beeping",
        "get rid of an old mattress",
    ),
    "cleaning": (
        "change the beds",
        "clean the oven",
        "somebody to do a bit of dusting",
        "mop the kitchen floor",
        "the kitchen is filthy",
        "do the bathroom",
        "keep on top of the housework",
    ),
    "making": ("take up my trousers", "a men's shed near here", "learn crochet", "wood turning"),
    "letters": (
        "read my post to me",
        "help to pay my bills",
        "fill in the attendance allowance form",
        "apply for a blue badge",
        "brown envelopes",
        "my gas bill",
        "phone the pension people",
    ),
    "phones": (
        "set up my new phone",
        "my printer won't print",
        "show me how to send photos",
        "learn to text",
        "internet banking",
        "how to use my smartphone",
    ),
    "pets": (
        "someone to walk the dog",
        "feed my cat while I am away",
        "take our dog to the vet",
        "two spaniels",
        "the litter tray",
        "feed the fish",
    ),
    "shopping": (
        "do my weekly shop",
        "collect my tablets from the chemist",
        "someone to take me shopping",
        "somebody to get my messages",
        "a pint of milk",
        "post a parcel",
    ),
    "getting-about": (
        "take me to church on Sunday",
        "a trip to the seaside",
        "drive us to the coast",
        "a lift to church",
        "get to chemo",
        "take mum to the day centre",
        "I don't drive",
        "go to the optician",
    ),
    "company": (
        "somebody to play dominoes with",
        "lonely",
        "I hate eating alone",
        "someone to sit with dad",
        "nobody comes to see me",
        "play whist",
        "fed up of my own company",
    ),
    "classes": (
        "mum keeps falling",
        "unsteady on her feet since a fall",
        "walking football",
        "pilates",
        "get fitter after a heart attack",
    ),
    "walking": (
        "push my wheelchair round the park",
        "a walk on the beach with somebody",
        "stroll by the river",
        "see the bluebells",
    ),
    "gardening": ("prune the roses", "brambles and nettles", "plant my bulbs"),
    "meals": ("soup and sandwiches", "a hot dinner", "lunch every day"),
    "growing": ("plant tomatoes with others", "a community farm"),
    "clubs": (
        "take my son swimming",
        "a singing group",
        "join a choir",
        "a coach trip",
        "a club for pensioners",
        "a memory café",
    ),
}


@pytest.mark.parametrize(("kind", "q"), [(kind, q) for kind, asked in ASKED.items() for q in asked])
def test_what_people_ask_leads_to_the_kind_of_help(kind: str, q: str) -> None:
    assert kind in {each for group in understand(q, BOOK, WORDS).groups for each in group.kinds}


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("my brother wants to live with a family", "shared lives"),
        ("a young lodger who helps mum", "homeshare"),
        ("swap gardening for lifts", "time bank"),
        ("cut my toenails", "chiropody"),
    ],
)
def test_what_is_no_kind_is_looked_for_by_its_name(q: str, words: str) -> None:
    assert words in {text for group in understand(q, BOOK, WORDS).groups for text, _weight in group.alternatives}


def test_a_mum_is_no_womens_group():
    assert "womens" not in {
        text
        for group in understand("somebody to cook for mum", BOOK, WORDS).groups
        for text, _weight in group.alternatives
    }
