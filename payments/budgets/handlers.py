"""Letters about requests for a yes, and the words for what was done with somebody's money."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import audit, clock, mail, outbox
from marketplace.core.health import Audit, thorough
from marketplace.people import links
from marketplace.people import selectors as people
from marketplace.people.models import Council, User

from . import selectors, services
from .models import Approval, AskedOf, Evidence, Purchase
from .presentation import desk_url
from .services.asking import DUE, LETTER
from .services.erasing import PAPERS
from .services.returning import BACK_LETTER, CALLED_OFF, CAME, MISTAKE, SAID
from .states import TO_BE_PAID

audit.say("budgets.budget.open", gettext_lazy("%(who)s wrote down a budget."))
audit.say("budgets.budget.fund", gettext_lazy("%(who)s added money to a budget."))
audit.say("budgets.budget.look", gettext_lazy("%(who)s looked at a budget of yours."))
audit.say("budgets.review.hold", gettext_lazy("%(who)s wrote down that a budget was looked at together."))
audit.say("budgets.decision.record", gettext_lazy("%(who)s wrote a decision about a budget."))
audit.say("budgets.nominated.set", gettext_lazy("%(who)s wrote down who looks after a budget."))
audit.say("budgets.budget.close", gettext_lazy("%(who)s closed a budget."))
audit.say("budgets.declaration.make", gettext_lazy("%(who)s said how you and %(provider)s belong together."))
audit.say("budgets.declaration.take_back", gettext_lazy("%(who)s took back what was said about you and %(provider)s."))
audit.say("budgets.outcomes.change", gettext_lazy("%(who)s changed the words for what your money is for."))
audit.say("budgets.purchase.promise", gettext_lazy("%(who)s promised money for “%(title)s”."))
audit.say("budgets.purchase.record", gettext_lazy("%(who)s wrote down that “%(title)s” was bought."))
audit.say("budgets.purchase.correct", gettext_lazy("%(who)s took back “%(title)s”, written down by mistake."))
audit.say("budgets.money_back.look", gettext_lazy("%(who)s looked at money of yours that is to come back."))
audit.say("budgets.money_back.say", gettext_lazy("%(who)s said that the money for “%(title)s” was given back."))
audit.say("budgets.money_back.record", gettext_lazy("%(who)s wrote down that money for “%(title)s” came back."))
audit.say("budgets.money_back.undo", gettext_lazy("%(who)s took back that money for “%(title)s” had come back."))
audit.say("budgets.purchase.release", gettext_lazy("%(who)s let go of the money for “%(title)s”."))
audit.say("budgets.approval.ask", gettext_lazy("%(who)s asked for a yes to “%(title)s”."))
audit.say("budgets.approval.shorten", gettext_lazy("%(who)s chose an earlier last day for “%(title)s”."))
audit.say("budgets.approval.withdraw", gettext_lazy("%(who)s took back the request for “%(title)s”."))
audit.say("budgets.evidence.add", gettext_lazy("%(who)s added a receipt for “%(title)s”."))
audit.say("budgets.evidence.read", gettext_lazy("%(who)s looked at a receipt for “%(title)s”."))


@outbox.handler(LETTER)
def write_about_request(approval: int, letter: str) -> None:
    """Who has to answer is asked; the person and whoever asked for them learn the answer. No sum, no reason."""
    row = Approval.objects.select_related("purchase__person", "council", "holder").get(pk=approval)
    page = reverse("budgets:request", args=[row.public_id])
    if letter == "asked":
        for reader, url in _askers(row):
            _send(reader, _("Somebody waits for your yes"), "asked", row.purchase, row.council, url)
        return
    subjects = {
        "yes": _("They said yes"),
        "no": _("They said no"),
        "lapsed": _("Nobody answered in time"),
    }
    for reader in _person_and_helper(row.purchase):
        _send(reader, subjects[letter], letter, row.purchase, row.council, _for(reader, row.purchase, page))


@outbox.handler(DUE)
def write_to_holder(purchase: int) -> None:
    """The provider has said yes, so whoever holds the money pays now. No sum, no name of the person."""
    bought = Purchase.objects.get(pk=purchase)
    budget = selectors.held_behind(bought)
    if budget is None or bought.state not in TO_BE_PAID:
        return
    subject = _("%(provider)s said yes: please pay") % {"provider": bought.provider_name}
    url = desk_url(budget.holder, budget.council)
    for reader in selectors.holders_of(budget.holder, budget.council):
        _send(reader, subject, "due", bought, budget.council, url)


@outbox.handler(BACK_LETTER)
def write_about_money_back(purchase: int, letter: str) -> None:
    """Money that comes back to whoever holds it: they hear of all of it, the person of what came. No sum, no name."""
    bought = Purchase.objects.select_related("person").get(pk=purchase)
    budget = selectors.held_behind(bought)
    if budget is None:
        return
    subject = BACK_SUBJECTS[letter] % {"provider": bought.provider_name}
    facts = {"holder": budget.holder or budget.council}
    url = desk_url(budget.holder, budget.council)
    for reader in selectors.holders_of(budget.holder, budget.council):
        _send(reader, subject, f"back_{letter}", bought, budget.council, url, holds=True, **facts)
    if letter in (CAME, MISTAKE):
        page = reverse("budgets:purchase", args=[bought.public_id])
        for reader in _person_and_helper(bought):
            _send(reader, subject, f"back_{letter}", bought, budget.council, _for(reader, bought, page), **facts)


BACK_SUBJECTS = {
    CALLED_OFF: gettext_lazy("Called off: money comes back from %(provider)s"),
    SAID: gettext_lazy("%(provider)s says that they gave money back"),
    CAME: gettext_lazy("Money came back from %(provider)s"),
    MISTAKE: gettext_lazy("Money from %(provider)s has not come back after all"),
}


def _person_and_helper(purchase: Purchase) -> set[User]:
    """The person, and whoever bought it for them and helps them still."""
    helper = people.reader_about(purchase.person_id, purchase.made_by, clock.now())
    return {purchase.person, helper} if helper else {purchase.person}


def _for(reader: User, purchase: Purchase, page: str) -> str:
    return links.page_of(purchase.person, reader, page, clock.now())


def _askers(row: Approval) -> list[tuple[User, str]]:
    if row.asked_of == AskedOf.PERSON:
        return [(row.purchase.person, reverse("budgets:request", args=[row.public_id]))]
    fund = row.holder if row.asked_of == AskedOf.HOLDER else None
    return [(user, desk_url(fund, row.council)) for user in selectors.holders_of(fund, row.council)]


def _send(
    reader: User, subject: str, letter: str, purchase: Purchase, council: Council | None, url: str, **facts: object
) -> None:
    context = {
        "user": reader,
        "council": council,
        "title": purchase.title,
        "provider": purchase.provider_name,
        "standing": purchase.is_standing,
        "url": settings.SITE_URL + url,
        **facts,
    }
    mail.send(reader.email, subject, f"budgets/{letter}", context)


@outbox.handler(PAPERS)
def delete_papers(files: list[str]) -> None:
    services.papers_unlink(files=files)


@thorough
def papers_can_be_read() -> Audit:
    """Every paper has its file, and one of our keys opens it."""
    papers = Evidence.objects.order_by("pk")
    wrong = [str(paper.public_id) for paper in papers.iterator(chunk_size=200) if not services.evidence_is_whole(paper)]
    return Audit("papers", papers.count(), [f"{public_id} cannot be read" for public_id in wrong])
