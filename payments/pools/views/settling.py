"""What a group is, one question a page: to start one, to change one, to begin again with the next block of dates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from marketplace.core import clock
from payments.orders.presentation import first_name
from providers.listings.models import Offer

from .. import presentation, rules, services
from ..forms import (
    DatesForm,
    DeadlineForm,
    HouseRulesForm,
    NameForm,
    OpenToForm,
    PeopleForm,
    PlaceForm,
    PriceForm,
    Question,
)
from ..models import Brief, Pool, Visibility
from ..rules import Price
from ..services import Plan
from .answers import Answers

FAR = timedelta(days=366)
Given = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Questions:
    """The pages, the form of each, and what comes of the answers. `keeps`: whoever asks keeps the listing.

    `url_of` gives the address of a page, and of the last one for "check". `agreed` is a price that the provider has
    offered this group already; then its usual sizes do not bind. `changes` is the group that will be another.
    """

    offer: Offer
    keeps: bool
    answers: Answers
    now: datetime
    url_of: Callable[[str], str]
    taken: int = 0
    agreed: Price | None = None
    changes: Pool | None = None

    @property
    def steps(self) -> list[str]:
        price = ["price"] if self.keeps else []
        return ["name", "place", "dates", "people", *price, "deadline", "rules", "open"]

    def form(self, step: str, data: Any = None) -> Question:
        match step:
            case "name":
                return NameForm(data)
            case "place":
                return PlaceForm(data, initial={"place": self.offer.listing.page.venue_name})
            case "dates":
                return DatesForm(data, now=self.now)
            case "people":
                return self._people(data)
            case "price":
                people = self._good("people") or {"least": rules.LEAST_HEADS, "most": rules.MOST_HEADS}
                return PriceForm(data, least=people["least"], most=people["most"])
            case "deadline":
                return DeadlineForm(data, now=self.now, latest=self.latest)
            case "rules":
                return HouseRulesForm(data)
            case "open":
                return OpenToForm(data)
        raise Http404

    def _people(self, data: Any) -> PeopleForm:
        bounds: dict[str, Any] = {}
        if not self.keeps and self.agreed is None and self.offer.group_least and self.offer.group_most:
            bounds = {"fewest": self.offer.group_least, "fits": self.offer.group_most}
        initial = {"least": self.offer.group_least, "most": self.offer.group_most}
        name = first_name(self.offer.listing.provider)
        return PeopleForm(data, initial=initial, provider=name, taken=self.taken, **bounds)

    @property
    def latest(self) -> datetime:
        """The last moment to join that leaves time to put a card right."""
        dates = self._good("dates")
        return (min(dates["dates"]) if dates else self.now + FAR) - rules.REPAIR_WINDOW

    def _good(self, step: str) -> dict[str, Any] | None:
        form = self.form(step, self.answers.given.get(step)) if step in self.answers.given else None
        return form.cleaned_data if form is not None and form.is_valid() else None

    def plan(self) -> Plan | str:
        """What has been settled when every answer is good, or the first page that has to be asked (again)."""
        good: dict[str, dict[str, Any]] = {}
        for step in self.steps:
            found = self._good(step)
            if found is None:
                return step
            good[step] = found
        return Plan(
            name=good["name"]["name"],
            place=good["place"]["place"],
            least=good["people"]["least"],
            most=good["people"]["most"],
            pledge_by=good["deadline"]["closes_at"],
            starts=good["dates"]["dates"],
            minutes=self.offer.minutes or 60,
            price=good["price"]["price"] if self.keeps else None,
            house_rules=good["rules"],
            visibility=Visibility(good["open"]["visibility"]),
        )

    def price(self, plan: Plan) -> Price:
        """What the plan costs. Raises NoGroupPrice."""
        if self.changes is not None:
            return services.price_after(self.changes, plan)
        return plan.price or self.agreed or services.price_of(self.offer, plan.starts, plan.minutes)

    def facts(self, plan: Plan) -> list[dict[str, str]]:
        """Every answer in words, each with the way to change it."""
        size = presentation.size_words(plan.least, plan.most)
        when = presentation.moment_words(plan.pledge_by)
        rows = [
            ("name", presentation.term("name"), plan.name),
            ("place", presentation.term("place"), plan.place),
            ("dates", presentation.term("dates"), presentation.block_words(plan.starts)),
            ("people", presentation.term("people"), size),
            ("deadline", presentation.term("deadline"), when),
            ("open", presentation.term("open"), str(plan.visibility.label)),
        ]
        facts = [{"term": term, "words": words, "change_url": self.url_of(step)} for step, term, words in rows]
        told = presentation.house_rules(plan.house_rules or {})
        return facts + [{**rule, "change_url": self.url_of("rules")} for rule in told]


def given_of(pool: Pool) -> Given:
    """A group as the answers that would make it, so that each can be shown and changed."""
    starts = [timezone.localtime(each) for each in pool.current.starts]
    closes = timezone.localtime(pool.pledge_by)
    apart = (starts[1].date() - starts[0].date()).days if len(starts) > 1 else 7
    given: Given = {
        "name": {"name": pool.name},
        "place": {"place": pool.place},
        "people": {"least": str(pool.least), "most": str(pool.most)},
        "deadline": {**_boxes("day", closes), "at": f"{closes:%H:%M}"},
        "rules": dict(pool.current.house_rules),
        "open": {"visibility": pool.visibility},
        "dates": {
            **_boxes("day", starts[0]),
            "at": f"{starts[0]:%H:%M}",
            "every": str(apart),
            "times": str(len(starts)),
        },
    }
    if pool.by_provider:
        given["price"] = _price(pool.current.price)
    return given


def next_block(pool: Pool) -> Given:
    """The same for the block after the last one: people choose the dates and the deadline anew."""
    given = given_of(pool)
    for step in ("dates", "deadline"):
        del given[step]
    return given


def _boxes(name: str, moment: datetime) -> dict[str, str]:
    parts = (moment.day, moment.month, moment.year)
    return {f"{name}_{box}": str(part) for box, part in enumerate(parts)}


def _price(price: Price) -> dict[str, str]:
    if price.is_shared:
        return {"kind": "shared", "amount": _typed(price.total_pence or 0)}
    first, *more = sorted(price.tiers, key=lambda tier: tier.heads)
    typed = {"kind": "each", "amount": _typed(first.each_pence)}
    return typed | ({"larger": str(more[0].heads), "less": _typed(more[0].each_pence)} if more else {})


def _typed(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def questions_to_start(offer: Offer, *, keeps: bool, answers: Answers) -> Questions:
    def url_of(step: str) -> str:
        if step == "check":
            return reverse("pools:start_check", args=[offer.public_id])
        return reverse("pools:start_step", args=[offer.public_id, step])

    return Questions(offer, keeps, answers, clock.now(), url_of)


def questions_about(pool: Pool, purpose: str, *, answers: Answers) -> Questions:
    """`purpose` is "change" or "again"; what is not answered yet is as the group has it."""

    def url_of(step: str) -> str:
        if step == "check":
            return reverse(f"pools:{purpose}", args=[pool.public_id])
        return reverse(f"pools:{purpose}_step", args=[pool.public_id, step])

    known = given_of(pool) if purpose == "change" else next_block(pool)
    answers.given = {**known, **answers.given}
    changes = pool if purpose == "change" else None
    taken = pool.taken if purpose == "change" else 0
    return Questions(pool.offer, pool.by_provider, answers, clock.now(), url_of, taken, changes=changes)


def questions_about_brief(brief: Brief, offer: Offer, price: Price, *, answers: Answers) -> Questions:
    """From the offer that a group chose to the group itself: its price stands, the dates are settled now."""

    def url_of(step: str) -> str:
        if step == "check":
            return reverse("pools:brief_group", args=[brief.public_id])
        return reverse("pools:brief_group_step", args=[brief.public_id, step])

    answers.given = {"name": {"name": brief.name}, **answers.given}
    return Questions(offer, False, answers, clock.now(), url_of, agreed=price)
