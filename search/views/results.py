"""Results, and words to offer while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.core.pagecache import for_everyone
from marketplace.core.text import one_line

from .. import access, forms, presentation, rules, selectors, why
from ..backends import one_patience
from ..backends.base import PAGE_SIZE
from ..query import LONGEST_WORDS, USUAL_DISTANCE, SearchQuery
from ..words import missed
from ..words.access import may_see_why


@require_safe
@for_everyone
@one_patience()
def results(request: HttpRequest) -> HttpResponse:
    asked = SearchQuery.from_url(request.GET)
    query, among_words = selectors.taken(asked)
    question = forms.Question(initial={"q": query.q, "postcode": query.postcode})
    if query.trouble is not None:
        context = {"query": query, "form": question, "ways": presentation.place_ways(query, query.trouble)}
        return render(request, "search/where.html", context)
    today = timezone.localdate()
    answer = selectors.find(query, today=today)
    missed.search_counted(answer.query, answer.results.total, today=today)
    page = _empty_page if answer.results.total == 0 else _list_page
    tags = presentation.place_tag(query) if among_words else []
    extra = {
        "understood": presentation.understood(asked, answer.query, among_words),
        "unclear": presentation.unclear(answer.query),
        "meant": selectors.did_you_mean(answer, today=today),
        "tags": tags + presentation.tags_for(answer.query, answer.known),
        "why": why.why(answer, today=today) if "why" in request.GET and may_see_why(request.user) else [],
    }
    response = page(request, answer, question, extra)
    if answer.unwell:
        response["Cache-Control"] = "private, no-store"  # nobody else should be told so when it is over
    return response


def _list_page(request: HttpRequest, answer: selectors.Answer, question: forms.Question, extra: dict) -> HttpResponse:
    query, found = answer.query, answer.results
    first = (found.page - 1) * PAGE_SIZE + 1
    context = {
        "query": query,
        "answer": answer,
        "form": question,
        "heading": presentation.heading(answer),
        "lead": presentation.lead(query),
        **extra,
        "filters": forms.filters_for(query, found, answer.known),
        "carried": [pair for pair in query.but().pairs() if pair[0] not in ("q", "postcode")],
        "cards": presentation.cards(answer, access.shortlisted_ids(request)),
        "points": presentation.points(answer),
        "next": query.url(),
        "first": first,
        "last": min(first + PAGE_SIZE - 1, found.total),
        "previous_url": query.but(page=found.page - 1).url() if found.page > 1 else "",
        "next_url": query.turned(found.cursor).url() if found.cursor else "",
    }
    return render(request, "search/results.html", context)


def _empty_page(request: HttpRequest, answer: selectors.Answer, question: forms.Question, extra: dict) -> HttpResponse:
    query, today = answer.query, timezone.localdate()
    wanted = {"unfiltered": query.unfiltered()} if query.narrowed else {}
    wanted |= {"no words": query.unfiltered().but(q="")} if query.q else {}
    counted = dict(zip(wanted, selectors.counted(list(wanted.values()), today=today), strict=False))
    meant = selectors.kinds_meant(query, counted["no words"]) if "no words" in counted else {}
    context = {
        "query": query,
        "answer": answer,
        "form": question,
        "heading": presentation.nobody(query),
        "lead": presentation.looked(query),
        **extra,
        "kinds": presentation.kinds_on(query, answer.known, meant),
        "ways": presentation.ways_on(query, answer.results, counted),
        "need": forms.NeedForm(initial={"q": query.q, "postcode": query.postcode}, auto_id="n_%s"),
    }
    return render(request, "search/empty.html", context)


@require_safe
@for_everyone
@one_patience()
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the list under the words box; an empty answer when there is nothing to offer."""
    said = one_line(request.GET.get("q", "")[: LONGEST_WORDS * 2])[:LONGEST_WORDS]
    found = selectors.suggestions(said) if len(said) > 1 else []
    words = list(dict.fromkeys(suggestion.words for suggestion in found))
    return render(request, "search/suggestions.html", {"words": words})


@require_safe
@for_everyone
def how_ordered(request: HttpRequest) -> HttpResponse:
    """The rules of `search.rules` in plain words."""
    context = {
        "radius": USUAL_DISTANCE,
        "decay_miles": round(USUAL_DISTANCE * rules.SCALE, 1),
        "fresh_days": rules.FRESH_DAYS,
        "old_days": rules.OLD_DAYS,
    }
    return render(request, "search/how_ordered.html", context)
