"""Answers as pages show them: cards, sentences, tags, ways on."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core import geo
from marketplace.core.look import words
from marketplace.core.money import pounds
from providers.assurance.selectors import line_of_checks
from providers.listings.models import LegalForm, Unit

from . import rules
from .backends.base import PAGE_SIZE, Hit, Known, SearchResults
from .documents import Document
from .forms import check_words, up_to
from .query import DAYS, DOERS, PAYING, SORTS, VENUES, WAYS, SearchQuery
from .selectors import Answer, Mark, Shortlisted
from .words.typed import Typed, near_me, place_unclear

MOST_OFFERED = 4  # offered beside a list of results


def card(hit: Hit, number: int, on_shortlist: list[str]) -> dict[str, Any]:
    """What components/card.html asks for."""
    return {
        **card_words(hit.card),
        "number": number,
        "distance_miles": hit.distance_miles,
        "free": hit.card["unit"] == Unit.FREE,
        "price": price(hit.card),
        "words": _labels(hit),
        "in_shortlist": hit.card["listing_id"] in on_shortlist,
        "said": hit.said,
    }


def card_words(facts: dict[str, Any]) -> dict[str, Any]:
    """A kept card with what was checked in words: an index keeps facts alone, as people read in several languages."""
    many, latest = facts.get("checked") or (0, "")
    line = line_of_checks(facts["council"], many, date.fromisoformat(latest) if latest else None)
    return {**facts, "seen_line": line.words, "seen_waiting": line.waiting}


def _labels(hit: Hit) -> list[str]:
    """Two small labels at most: what the price does not say already."""
    labels = [str(PAYING[flag]) for flag in ("dp", "shared") if flag in hit.flags]
    if "free" in hit.flags and hit.card["unit"] != Unit.FREE:
        labels.append(_("Something free"))
    return labels[:2]


def price(facts: dict[str, Any]) -> dict[str, Any] | None:
    """The price of a card as components/price.html asks for it; None when people must ask."""
    return {"amount": facts["pence"], "unit_words": Unit(facts["unit"]).label} if facts["pence"] else None


def price_words(facts: dict[str, Any]) -> str:
    """The price in one line."""
    if facts["unit"] == Unit.FREE:
        return _("Free")
    return f"{pounds(facts['pence'])} {Unit(facts['unit']).label}" if facts["pence"] else _("Ask about the price")


def cards(answer: Answer, on_shortlist: list[str]) -> list[dict[str, Any]]:
    first = (answer.results.page - 1) * PAGE_SIZE + 1
    return [card(hit, first + at, on_shortlist) for at, hit in enumerate(answer.results.hits)]


def points(answer: Answer) -> list[list[Any]]:
    """Places for the map: latitude, longitude, and the numbers in the list of those that share the point."""
    first = (answer.results.page - 1) * PAGE_SIZE + 1
    pins: dict[tuple[float, float], list[int]] = {}
    for at, hit in enumerate(answer.results.hits):
        if hit.lat is not None and hit.lon is not None:
            pins.setdefault((round(hit.lat, 4), round(hit.lon, 4)), []).append(first + at)
    return [[lat, lon, numbers] for (lat, lon), numbers in pins.items()]


def marks(found: list[Mark]) -> list[dict[str, Any]]:
    """Marks for the map: where, what stands on it, what it says when pressed or read aloud, and where it leads."""
    return [
        {
            "at": [round(mark.lat, 4), round(mark.lon, 4)],
            "shown": str(mark.count),
            "words": mark.name
            or ngettext("One here. Zoom in to see it.", "%(count)d here. Zoom in to see them.", mark.count)
            % {"count": mark.count},
            "url": mark.url,
        }
        for mark in found
    ]


def heading(answer: Answer) -> str:
    """How many were found, in a sentence that promises no more than was found."""
    query, total = answer.query, answer.results.total
    if answer.results.loosened:
        said = ngettext(
            "One person or group may be able to help", "%(total)d people and groups may be able to help", total
        )
    elif rules.in_order(query.q):
        said = ngettext(
            "One person or group can help with “%(words)s”",
            "%(total)d people and groups can help with “%(words)s”",
            total,
        )
    else:
        said = ngettext("One person or group can help", "%(total)d people and groups can help", total)
    return said % {"total": total, "words": query.q}


def nobody(query: SearchQuery) -> str:
    """The heading when there is nothing. What was chosen to narrow the list is not what nobody does."""
    if query.narrowed:
        fits = _("Nobody near %(place)s fits all that you chose")
        return fits % {"place": query.at.label} if query.at else _("Nobody here fits all that you chose")
    if query.at is None:
        return _("Nobody here does “%(words)s” yet") % {"words": query.q} if query.q else _("There is nobody here yet")
    where = query.at.label
    if query.q:
        return _("Nobody near %(place)s does “%(words)s” yet") % {"place": where, "words": query.q}
    return _("Nobody near %(place)s does this yet") % {"place": where}


def lead(query: SearchQuery) -> str:
    """Where we looked, and what stands first."""
    order = str(SORTS[query.sort])
    if query.at is None:
        return _("%(order)s. Nobody pays to be higher up.") % {"order": order}
    return _("Within %(distance)s of %(place)s. %(order)s. Nobody pays to be higher up.") % {
        "distance": words.miles(query.within),
        "place": query.at.label,
        "order": order,
    }


def tags_for(query: SearchQuery, known: Known) -> list[dict[str, str]]:
    """The chosen filters, each with the address without it."""
    words: dict[str, dict[str, Any]] = {
        "kind": known.kinds,
        "way": WAYS,
        "venue": VENUES,
        "day": DAYS,
        "doer": DOERS,
        "pay": PAYING,
        "check": {check: _("Checked: %(what)s") % {"what": check_words(check)} for check in query.check},
        "language": {language: language for language in query.language},
    }
    tags = []
    if query.at is not None and query.within != SearchQuery().within:
        tags.append({"words": up_to(query.within), "url": query.without("within").url()})
    for name, named in words.items():
        tags += [
            {"words": str(named.get(value, value)), "url": query.without(name, value).url()}
            for value in getattr(query, name)
        ]
    for name, said in (("price_from", _("From %(price)s")), ("price_to", _("Up to %(price)s"))):
        pence = getattr(query, name)
        if pence is not None:
            tags.append({"words": said % {"price": pounds(pence)}, "url": query.without(name).url()})
    return tags


def place_tag(query: SearchQuery) -> list[dict[str, str]]:
    """A place or an order that was typed among the words, to take away like a filter."""
    tags = []
    if query.at is not None:
        said = _("Near %(place)s") % {"place": query.at.label}
        tags.append({"words": said, "url": query.but(postcode="").url()})
    if query.sort != SearchQuery().sort:
        tags.append({"words": str(SORTS[query.sort]), "url": query.without("sort").url()})
    return tags


def understood(asked: SearchQuery, found: SearchQuery, typed: tuple[Typed, ...]) -> dict[str, Any]:
    """How typed words were taken, for search/understood.html: `asked` as it was typed, `found` as it was looked for."""
    notes = []
    if asked.e_mail_left_out:
        notes.append(_("We left out an e-mail address. We do not search by one, and we do not keep it."))
    if asked.exact:
        return {"lines": notes, "usual_url": asked.but(exact=False).url()}
    if found.at is None and near_me(asked.q):
        notes.append(_("To see who is near you, add your postcode or town."))
    lines = []
    if typed:
        said = words.plain_list([f"“{each.said}”" for each in typed])
        lines.append(_("We took %(words)s to narrow the list.") % {"words": said})
    slips = found.asked().corrected
    if slips:
        better = words.plain_list([f"“{better}”" for _slip, better in slips])
        slip = words.plain_list([f"“{slip}”" for slip, _better in slips])
        lines.append(_("We looked for %(better)s instead of %(slip)s.") % {"better": better, "slip": slip})
    return {"lines": [*notes, *lines], "exact_url": asked.but(exact=True).url() if lines else ""}


def unclear(found: SearchQuery) -> dict[str, Any] | None:
    """What to say of a place among the words that is no one place, and the places that may be meant. None for none."""
    meant = place_unclear(found)
    return {"words": meant[1].sentence, "ways": place_ways(*meant)[:MOST_OFFERED]} if meant else None


def looked(query: SearchQuery) -> str:
    """Where we looked, on a page that found nothing."""
    said = {"words": query.q, "place": query.at.label if query.at else "", "distance": words.miles(query.within)}
    if query.at is None:
        return _("We looked for “%(words)s” everywhere.") % said if query.q else _("We looked everywhere.")
    if query.q:
        return _("We looked for “%(words)s” within %(distance)s of %(place)s.") % said
    return _("We looked within %(distance)s of %(place)s.") % said


def kinds_on(query: SearchQuery, known: Known, meant: dict[str, int]) -> list[dict[str, str]]:
    """Kinds of help that may have been meant, each a link to those who do it; `meant` says how many, by slug."""
    ways = []
    for kind, many in meant.items():
        said = ngettext("One person or group", "%(total)d people and groups", many) % {"total": many}
        url = query.unfiltered().but(q="", kind=(kind,)).url()
        ways.append({"url": url, "words": known.kinds.get(kind, kind), "more": said})
    return ways


def ways_on(query: SearchQuery, found: SearchResults, counted: dict[str, SearchResults]) -> list[dict[str, str]]:
    """Ways on from a page that found nothing: further away, without the filters, without the words.

    `counted` has what there is "unfiltered" and with "no words".
    """
    ways = []
    within = found.facets.get("within", {})
    totals = {name: each.total for name, each in counted.items()}
    further = [(int(miles), many) for miles, many in within.items() if int(miles) > query.within and many]
    for miles, many in sorted(further)[:2]:
        said = ngettext("One within %(miles)d miles", "%(total)d within %(miles)d miles", many)
        ways.append({"url": query.but(within=miles).url(), "words": said % {"total": many, "miles": miles}, "more": ""})
    if totals.get("unfiltered"):
        said = ngettext("One without the filters", "%(total)d without the filters", totals["unfiltered"])
        more = _("You chose: %(filters)s") % {
            "filters": words.plain_list([tag["words"] for tag in tags_for(query, Known())])
        }
        ways.append({"url": query.unfiltered().url(), "words": said % {"total": totals["unfiltered"]}, "more": more})
    if totals.get("no words"):
        said = ngettext("One other kind of help nearby", "All %(total)d who help nearby", totals["no words"])
        url = query.unfiltered().but(q="").url()
        ways.append({"url": url, "words": said % {"total": totals["no words"]}, "more": ""})
    return ways


def place_ways(query: SearchQuery, trouble: geo.Trouble) -> list[dict[str, str]]:
    """The places that may have been meant, each a link that searches there."""
    return [{"url": query.but(postcode=label).url(), "words": label} for label in trouble.suggestions]


def _checked(found: Document) -> str:
    """What was checked, by whom, and the day of the latest."""
    if not found.checks:
        return _("Nothing yet")
    return f"{words.plain_list([check_words(check) for check in found.checks])}. {card_words(found.card)['seen_line']}."


def comparison(lines: list[Shortlisted], at: geo.Place | None) -> tuple[list[str], list[dict[str, Any]]]:
    """Heads and rows of components/compare.html. Only what can be seen just now."""
    heads = [_("Price"), _("Who comes"), _("When"), _("Checked"), _("Paying"), _("Kind of provider")]
    if at is not None:
        heads.insert(1, _("Distance"))
    rows = []
    for line in lines:
        found = line.document
        if found is None:
            continue
        said = [
            price_words(found.card),
            found.card["who"] or _("Not said"),
            found.card["when"] or _("Ask"),
            _checked(found),
            _("Card or direct payment") if found.dp else _("Card"),
            str(LegalForm(found.legal_form).label),
        ]
        if at is not None:
            said.insert(1, words.miles(found.point.miles_to(at.point)) if found.point else _("Not known"))
        cells = [{"head": head, "words": value} for head, value in zip(heads, said, strict=True)]
        rows.append({"name": line.name, "url": found.card["url"], "cells": cells})
    return heads, rows
