"""Understands what somebody writes when asked where: a postcode, half of one, or a town."""

import difflib
import re
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from . import postcodes, selectors
from .names import norm
from .points import Point

LONGEST = 120  # characters: longer than any address line that holds a postcode
_CLEARLY_MEANT = 20  # times as many people as the next place of its name


_NATIONS = ("england", "scotland", "wales", "northern ireland")


class Kind(Enum):
    """What a place is."""

    POSTCODE = "postcode"
    HALF = "half"
    TOWN = "town"


class Problem(Enum):
    """Why we could not tell where."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN_POSTCODE = "unknown_postcode"
    UNKNOWN_HALF = "unknown_half"
    CUT_SHORT = "cut_short"
    AREA_ONLY = "area_only"
    NOT_ON_MAP = "not_on_map"
    IRELAND = "ireland"
    ISLANDS = "islands"
    FORCES = "forces"
    FOREIGN = "foreign"
    SEVERAL = "several"
    TOO_WIDE = "too_wide"
    UNKNOWN_TOWN = "unknown_town"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody means. `label` is how to say it and may be given to understand() again.

    `la_code` is the GSS code of the council there, None when unknown. `exact` is False when `point` is
    the middle of something wider; `note` then says so in a sentence for the page, and is "" otherwise.
    """

    kind: Kind
    label: str
    point: Point
    la_code: str | None
    exact: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why we cannot say where, and what to do, in one or two sentences. Each suggestion is itself understood."""

    problem: Problem
    sentence: str
    suggestions: tuple[str, ...] = ()


def understand(text: str, *, guess: bool = True) -> Place | Trouble:
    """Where these words mean, or what to tell the person who wrote them.

    Any spacing and capitals; O for 0 and I for 1; a postcode inside an address; a first half; a town,
    with its county when there are several. Sentences are in the language in force. Under 2 ms, except
    for a town nobody knows (up to 30 ms): without `guess`, no other town is looked for that may have been meant.
    """
    words = " ".join(text.split())
    if not words:
        return Trouble(Problem.EMPTY, _("Write a postcode, such as TA1 1AA, or the name of a town."))
    if len(words) > LONGEST:
        return Trouble(Problem.TOO_LONG, _("That is too long. Write only a postcode or the name of a town."))
    typed = postcodes.compact(words)
    if not typed and not norm(words):
        return Trouble(Problem.UNREADABLE, _("We could not read that. Write a postcode or the name of a town."))
    if any(character.isdigit() for character in typed):
        return _with_figures(words, typed)
    return _town(words) or _whole(typed) or _unknown_town(words, typed, guess)


def _with_figures(words: str, typed: str) -> Place | Trouble:
    return (
        _whole(typed)
        or _elsewhere(typed)
        or _half(words, typed)
        or _in_a_sentence(words)
        or _misfit(typed)
        or _town(re.sub(r"[0-9]+", " ", words))
        or Trouble(
            Problem.UNREADABLE,
            _("That is not a postcode. A postcode looks like TA1 1AA. You can also write the name of a town."),
        )
    )


def _whole(typed: str) -> Place | Trouble | None:
    """A postcode that exists, however it was typed."""
    for outcode, inward in postcodes.wholes(typed):
        if outcode[:2] in _ISLANDS:
            return _island(outcode[:2])
        found = selectors.whole(outcode, inward)
        if found:
            return _placed(outcode, inward, found)
    return None


def _placed(outcode: str, inward: str, found: selectors.Whole) -> Place | Trouble:
    label = f"{outcode} {inward}"
    if found.point:
        return Place(Kind.POSTCODE, label, found.point, found.la_code, exact=True)
    around = selectors.half(outcode)
    if around and around.point:
        note = _("We do not know exactly where %(postcode)s is, so we measure from the middle of %(half)s.")
        note %= {"postcode": label, "half": outcode}
        return Place(Kind.POSTCODE, label, around.point, around.la_code, exact=False, note=note)
    return _not_on_map(label)


def _not_on_map(label: str) -> Trouble:
    sentence = _(
        "%(postcode)s is used for post to large organisations, so it is not a place on the map."
        " Write the postcode of a home nearby, or the name of a town."
    )
    return Trouble(Problem.NOT_ON_MAP, sentence % {"postcode": label})


_ISLANDS = ("IM", "JE", "GY")


def _island(area: str) -> Trouble:
    name = {"IM": _("the Isle of Man"), "JE": _("Jersey"), "GY": _("Guernsey")}[area]
    sentence = _("That is in %(island)s. We only cover England, Scotland, Wales and Northern Ireland.")
    return Trouble(Problem.ISLANDS, sentence % {"island": name})


def _elsewhere(typed: str) -> Trouble | None:
    """Codes of places we cannot measure from, told by shape alone."""
    if postcodes.FORCES.fullmatch(typed):
        sentence = _("That is a British Forces postcode. Write the postcode or town where help is needed.")
        return Trouble(Problem.FORCES, sentence)
    if typed[:2] in _ISLANDS and typed[2].isdigit():
        return _island(typed[:2])
    if postcodes.EIRCODE.fullmatch(typed):
        return _eircode()
    return None


def _eircode() -> Trouble:
    sentence = _("That is an Irish Eircode. We only cover the United Kingdom. Northern Irish postcodes begin with BT.")
    return Trouble(Problem.IRELAND, sentence)


def _half(words: str, typed: str) -> Place | Trouble | None:
    """A first half, alone ("TA1") or with the next figure ("TA1 1")."""
    start, _space, rest = words.upper().partition(" ")
    if len(rest) == 1 and rest.isdigit():
        for outcode in postcodes.halves(start):
            middle = selectors.sector(outcode, rest)
            around = selectors.half(outcode)
            if middle and around:
                return _middle_of(f"{outcode} {rest}", middle, around.la_code)
    for outcode in postcodes.halves(typed):
        around = selectors.half(outcode)
        if around and around.point:
            return _middle_of(outcode, around.point, around.la_code)
        if around:
            return _not_on_map(outcode)
    return None


def _middle_of(label: str, point: Point, la_code: str | None) -> Place:
    note = _("%(half)s is part of a postcode, so we measure from its middle. A whole postcode gives better distances.")
    return Place(Kind.HALF, label, point, la_code, exact=False, note=note % {"half": label})


def _in_a_sentence(words: str) -> Place | Trouble | None:
    """A postcode, or else a first half at the end, among other words: an address pasted whole."""
    capitals = words.upper()
    for outcode, inward in postcodes.IN_A_SENTENCE.findall(capitals):
        found = _whole(outcode + inward)
        if found:
            return found
    last = postcodes.compact(capitals.split()[-1])
    return _half(last, last) if " " in words and postcodes.HALF.fullmatch(last) else None


def _misfit(typed: str) -> Trouble | None:
    """Something shaped like a postcode, ours or another country's, that does not exist here."""
    if postcodes.WHOLE.fullmatch(typed):
        return _unknown_postcode(typed)
    if postcodes.EIRCODE_KEY.fullmatch(typed):
        return _eircode()
    if postcodes.HALF.fullmatch(typed):
        sentence = _("No postcode begins with %(half)s. Check it, or write the name of a town.")
        return Trouble(Problem.UNKNOWN_HALF, sentence % {"half": typed})
    if postcodes.FOREIGN.fullmatch(typed):
        sentence = _("That looks like a postcode from another country. We only cover the United Kingdom.")
        return Trouble(Problem.FOREIGN, sentence)
    cut = postcodes.CUT_SHORT.fullmatch(typed)
    if cut and selectors.half(cut[1]):
        sentence = _(
            "That is not the whole postcode. It ends with a number and two letters, as in TA1 1AA."
            " You can search with the first half, %(half)s."
        )
        return Trouble(Problem.CUT_SHORT, sentence % {"half": cut[1]}, (cut[1],))
    return None


def _unknown_postcode(typed: str) -> Trouble:
    outcode, inward, label = typed[:-3], typed[-3:], postcodes.spaced(typed)
    around = selectors.half(outcode)
    if around is None or around.point is None:
        sentence = _("We could not find %(postcode)s: no postcode begins with %(half)s. Check it, or search by town.")
        return Trouble(Problem.UNKNOWN_POSTCODE, sentence % {"postcode": label, "half": outcode})
    sentence = _("We could not find the postcode %(postcode)s. Check it, or search with %(half)s or a town.")
    near = (*selectors.neighbours(outcode, inward, 2), outcode)
    return Trouble(Problem.UNKNOWN_POSTCODE, sentence % {"postcode": label, "half": outcode}, near)


def _town(words: str) -> Place | Trouble | None:
    """A town or village; several of one name; or somewhere by name that we cannot measure from."""
    if norm(words) in _NATIONS:
        return _county(words)
    labelled = selectors.towns_labelled(words)
    same = selectors.towns_named(words)
    if len(labelled) == 1 and len(same) < 2:
        return _alone_or_longer(words, labelled)
    same = same or _with_county(words)
    if not same:
        return _by_country(words) or _county(words) or _alone_or_longer(words, [])
    if len(same) == 1 or same[0].population >= max(50_000, _CLEARLY_MEANT * same[1].population):
        return _alone_or_longer(words, same[:1])
    return _several(words, same)


def _alone_or_longer(words: str, found: list[selectors.Town]) -> Place | Trouble | None:
    """The one place found, unless a larger one goes on after these words, as Newcastle upon Tyne does."""
    least = found[0].population if found else 0
    longer = [town for town in selectors.towns_continuing(words, 6) if town.population > least]
    if longer:
        return _several(words, longer + found)
    return _at(found[0]) if found else None


def _at(town: selectors.Town) -> Place:
    note = _("We measure from the middle of %(town)s. A postcode gives better distances.") % {"town": town.name}
    return Place(Kind.TOWN, town.label, town.point, town.la_code, exact=False, note=note)


def _with_county(words: str) -> list[selectors.Town]:
    """Places named before a comma or a space, and lying in what comes after it."""
    split = norm(words).split()
    for cut in range(len(split) - 1, 0, -1):
        where = " ".join(split[cut:])
        found = [town for town in selectors.towns_named(" ".join(split[:cut])) if f"|{where}|" in town.words]
        if found:
            return found
    return []


def _several(words: str, same: list[selectors.Town]) -> Trouble:
    sentence = _("There is more than one place called %(name)s. Choose one, or write a postcode.")
    labels = tuple(town.label for town in same[:8])
    return Trouble(Problem.SEVERAL, sentence % {"name": _as_said(words)}, labels)


def _by_country(words: str) -> Trouble | None:
    """The islands and Ireland, by their own names or by a town's there."""
    for area, names in (("IM", ("isle of man",)), ("JE", ("jersey",)), ("GY", ("guernsey", "alderney", "sark"))):
        if any(re.search(rf"\b{name}$", norm(words)) for name in names):
            return _island(area)
    if norm(words) in ("ireland", "republic of ireland", "eire"):
        country = "IE"
    else:
        abroad = selectors.towns_abroad(norm(words).removesuffix(" ireland"))
        country = abroad[0].country if abroad else ""
    if country == "IE":
        sentence = _("%(name)s is in Ireland. We only cover England, Scotland, Wales and Northern Ireland.")
        return Trouble(Problem.IRELAND, sentence % {"name": _as_said(words.partition(",")[0])})
    return _island({"GG": "GY"}.get(country, country)) if country else None


def _county(words: str) -> Trouble | None:
    if not selectors.is_county(words) and norm(words) not in _NATIONS:
        return None
    sentence = _("%(name)s is too large to measure distances from. Write a town in it, or a postcode.")
    largest = tuple(town.label for town in selectors.towns_within(words, 4))
    return Trouble(Problem.TOO_WIDE, sentence % {"name": _as_said(words)}, largest)


def _unknown_town(words: str, typed: str, guess: bool) -> Trouble:
    if len(typed) <= 2 and selectors.places_like(f"{typed}1", 1):
        sentence = _("%(area)s is only the start of a postcode. Add the number after it, such as %(area)s1.")
        return Trouble(Problem.AREA_ONLY, sentence % {"area": typed}, tuple(selectors.places_like(f"{typed}1", 1)))
    sentence = _("We could not find a place called %(name)s. Check the spelling, or write a postcode.")
    return Trouble(Problem.UNKNOWN_TOWN, sentence % {"name": words[:40]}, _perhaps(words) if guess else ())


def _perhaps(words: str) -> tuple[str, ...]:
    """Places that may have been meant: this name in another county, with this word in it, or spelt much like it."""
    name = norm(words.partition(",")[0])
    if len(name) < 3:
        return ()
    found = selectors.towns_named(name) or selectors.towns_with_word(name, 4)
    if not found:
        near = difflib.get_close_matches(name, selectors.town_names(), n=3, cutoff=0.8)
        found = [town for other in near for town in selectors.towns_named(other)[:2]]
    return tuple(town.label for town in found[:4])


def _as_said(words: str) -> str:
    """Words with a capital first, as a name has, unless the person gave them capitals."""
    return words.title() if words.islower() else words
