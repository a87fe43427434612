"""From a typed sentence to what to look for."""

from itertools import pairwise

from .. import rules
from .grammar import PEOPLE
from .matching import PASSED_OVER, SAME, Match, Rulebook, stem
from .spelling import Lexicon
from .wording import Group, Wording

MOST_WORDS, CLOSE = 40, 2
TYPED_PHRASE, TYPED_WORD = 0.5, 0.3  # what was typed weighs so much beside what it was understood as
FAINT, COMMON = 0.2, 0.2  # a rare word of a phrase counts so much on its own; in so many listings it is not rare
MOST_ALTERNATIVES = 24
_ONLY_HELPS_OTHERS = """
advice advise centre centres charity charities club clubs group groups service services support supporting society
organisation organisations association place places somewhere people person activities activity care home homes go
going come take make day days things thing stuff live living local project scheme area community old older new young
year years get help struggling suffering anything everything nothing dont doesnt cant wont when where what how why not
no more much lot lots own keep always never up down back off over after before because now still even while since all
branch agency company bureau programme unit provision promotion promoting providing provider tackling network team
prevention relations awareness outreach assistance engagement intervention initiative initiatives involvement delivery
personnel welfare opportunities facilities facility enough persons conditions members recruitment understanding
performance both time use think want feel feeling know tell let put ask asking give around been gone bit lots
independent
"""
SAYS_LITTLE = frozenset(_ONLY_HELPS_OTHERS.split())
_WHO = """
mum mums mam mom mummy dad dads daddy nan nana nanna gran granny grandma grandmother grandad granddad grandfather
grandpa grandson granddaughter grandchild grandkids lads lass lasses ladies girl girls boy boys woman man bloke blokes
twins niece nephew sons daughters sister sisters brother brothers older little big elderly neighbours folk
"""
FAMILY = frozenset(map(stem, PEOPLE["@family"])) - {stem("toddler")}  # there is help that is only for toddlers
WHO = FAMILY | set(map(stem, _WHO.split()))  # says for whom, seldom what
SENTENCE = 3  # from so many words on it is a sentence, of which any part that was understood will do
BESIDE = 0.3  # for whom it is weighs so much beside what it is


def understand(q: str, book: Rulebook, lexicon: Lexicon) -> Wording:
    """What these words ask for, by these rules. Never fails, whatever was typed."""
    typed = rules.in_order(q)[:MOST_WORDS]
    words, corrected = _put_right(typed, lexicon)
    found = book.find(words)
    used = {at for match in found for at in match.at}
    groups = [(match.at[0], _group(match, words, lexicon)) for match in found]
    what = [at for at, match in enumerate(found) if not all(stem(words[each]) in WHO for each in match.at)]
    if what and len(typed) >= SENTENCE:
        groups = [pair if at in what else (pair[0], _beside(pair[1])) for at, pair in enumerate(groups)]
    understood = any(not match.meaning.same or len(match.at) > 1 for match in found)
    left = [at for at, word in enumerate(words) if at not in used and _counts(word)]
    telling = [at for at in left if words[at] not in SAYS_LITTLE]
    for at in left:
        for_whom = bool(what) and stem(words[at]) in FAMILY
        optional = for_whom or understood or (at not in telling and bool(groups or telling))
        groups.append((at, Group(((words[at], BESIDE if for_whom else 1.0),), optional=optional)))
    if len(groups) > 1:
        groups += [(at, Group(((said, 1.0),), optional=True)) for at, said in _side_by_side(words)]
    groups.sort(key=lambda pair: pair[0])
    chosen = _each_once([group for _at, group in groups])[: rules.MOST_TERMS]
    needed = sum(not group.optional for group in chosen)
    if understood and len(typed) >= SENTENCE:
        needed = min(1, needed)
    return Wording(tuple(chosen), needed, tuple(corrected), " ".join(words) if corrected else "")


def _beside(group: Group) -> Group:
    words = tuple((text, weight * BESIDE) for text, weight in group.alternatives)
    return Group(words, optional=True)


def _put_right(typed: list[str], lexicon: Lexicon) -> tuple[list[str], list[tuple[str, str]]]:
    words: list[str] = []
    corrected = []
    for at, word in enumerate(typed):
        before = next(filter(_counts, reversed(words)), "")
        after = next(filter(_counts, typed[at + 1 :]), "")
        better = lexicon.instead_of(SAME.get(word, word), (before, after))
        if better:
            corrected.append((word, better))
        words += better.split() or [lexicon.as_we_write(word)]
    return words, corrected


def _side_by_side(words: list[str]) -> list[tuple[int, str]]:
    """Pairs of words that count, as they were typed: a listing that has them together comes first."""
    places = [at for at, word in enumerate(words) if _counts(word)]
    pairs = pairwise(places)
    return [(first, " ".join(words[first : second + 1])) for first, second in pairs if second - first <= CLOSE]


def _tells(word: str) -> bool:
    return _counts(word) and word not in SAYS_LITTLE


def _counts(word: str) -> bool:
    return word not in rules.STOP_WORDS and word not in PASSED_OVER


def _group(match: Match, words: list[str], lexicon: Lexicon) -> Group:
    meaning = match.meaning
    start, end = match.at[0], match.at[-1]
    said = " ".join(words[start : end + 1])
    together = end - start + 1 == len(match.at)
    alternatives = dict(meaning.words)
    if together and not meaning.whole:
        usual = 1.0 if meaning.same else TYPED_WORD if len(match.at) == 1 else TYPED_PHRASE
        alternatives[said] = max(usual, alternatives.get(said, 0.0))
    if meaning.same and len(match.at) > 1:
        rare = [words[at] for at in match.at if _tells(words[at]) and lexicon.share(words[at]) < COMMON]
        alternatives = dict.fromkeys(rare, FAINT) | alternatives
    best = sorted(alternatives.items(), key=lambda pair: -pair[1])[:MOST_ALTERNATIVES]
    return Group(tuple(best), tuple(meaning.kinds))


def _each_once(groups: list[Group]) -> list[Group]:
    return list(dict.fromkeys(groups))
