"""Listings in the words that our own rules are about, and sentences that ask for them: the same ones every time."""

import random
from dataclasses import replace
from datetime import date

from marketplace.core import geo
from search.documents import Document
from search.words.grammar import PEOPLE
from search.words.seeding import file_rules

from .documents import neighbourhood

QUESTIONS = (
    "help at home for my mum",
    "someone to talk to",
    "lift to hospital",
    "cant get out of the house",
    "home help",
    "home care",
    "domiciliary care",
    "somebody to sit with my husband while I go out",
    "gardening",
    "gardner",
    "mow the lawn and cut the hedge",
    "cleaning and shopping",
    "company for dad who has dementia",
    "my wife died",
    "lost my husband",
    "lunch club",
    "meals on wheels",
    "men's shed",
    "women's group",
    "help with benefits forms",
    "my son is autistic",
    "learning to read",
    "singing",
    "choir for people with parkinsons",
    "walking football",
    "I am lonely",
    "hard of hearing",
    "wheelchair taxi",
    "dog walking for my nan",
    "food bank",
    "weeding pruning soup buttons letters lifts and a chat",
    "knitting crochet sewing quilting and embroidery with tea",
    "wheelie patio marriage",
    "help",
    "group",
    "tapp",
    "orchard's gardening",
    "step-free lunch",
    "café",
    "hot lunch zzzz qqqq",
    "seven words that nobody here has written zork blat flim",
)


def wordy(count: int, around: geo.Point, today: date, seed: int = 11) -> list[Document]:
    """The made-up neighbourhood, saying in its small print what rules look for."""
    dice = random.Random(seed)
    rules = file_rules()
    said = sorted(
        {words for rule in rules for words, _weight in rule.meant} | {each for r in rules for each in r.typed}
    )
    said = [each for each in said if "@" not in each]
    slugs = sorted({slug for rule in rules for slug in rule.kinds})
    named = {slug: slug.replace("-", " ").capitalize() for slug in slugs}
    family = sorted(PEOPLE["@family"])

    def one() -> str:
        return f"{dice.choice(said)} {dice.choice(('', 'for your ' + dice.choice(family)))}".strip()

    def some(most: int) -> str:
        return ". ".join(one() for _each in range(dice.randint(1, most)))

    made = []
    for document in neighbourhood(count, around, today, seed):
        more = {slug: named[slug] for slug in dice.sample(slugs, dice.randint(0, 2))}
        kinds = tuple(sorted((more | dict(document.kinds)).items()))
        made.append(
            replace(
                document,
                kinds=kinds,
                kinds_words=" ".join(f"{name} {some(2)}" for _slug, name in kinds),
                offers=some(3),
                summary=some(3),
                about=some(12),
                provider=some(1),
            )
        )
    return made
