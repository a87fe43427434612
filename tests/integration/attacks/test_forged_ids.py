"""A2: an address of one's own with somebody else's id in it, in its body, its formset, its filter or its upload."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from tests.integration.policy import policy
from tests.integration.policy.world import UNSEEN

pytestmark = [pytest.mark.django_db, pytest.mark.fault("A2"), pytest.mark.xdist_group("attacks")]
GET, POST = "GET", "POST"
OWN_LISTING = "/provider/listings/{ashas}/"
OWN_WORDS = frozenset(
    [
        "listings_listing",
        "wagtailcore_page",
        "wagtailcore_pagelogentry",
        "wagtailcore_pagesubscription",
        "wagtailcore_revision",
        "wagtailsearch_indexentry",  # what the admin finds pages by; on PostgreSQL a table of ours like any other
    ]
)
PAGES = "/admin/pages/{wharfe_page}/"
COMMENTS = {
    "comments-TOTAL_FORMS": "1",
    "comments-INITIAL_FORMS": "1",
    "comments-0-id": "{comment}",
    "comments-0-text": "Bea was here",
    "comments-0-resolved": "on",
    "comments-0-DELETE": "on",
}


@dataclass(frozen=True)
class Forgery:
    """What somebody sends. `theirs` is what they may change all the same: their own, never the thing they named."""

    actor: str
    method: str
    path: str
    data: dict[str, Any] = field(default_factory=dict)
    theirs: frozenset[str] = frozenset()


PROVIDERS = [
    Forgery("asha", POST, OWN_LISTING + "prices/{offer}/", {"title": "Mine now", "unit": "hour", "price_pence": "1"}),
    Forgery("asha", GET, OWN_LISTING + "prices/{offer}/"),
    Forgery("asha", POST, OWN_LISTING + "prices/{offer}/take-off/"),
    Forgery("asha", POST, OWN_LISTING + "prices/{lesson}/dates/", {"places": "90"}),
    Forgery("asha", POST, OWN_LISTING + "prices/{ashas_offer}/dates/{lesson_date}/remove/"),
    Forgery("asha", POST, OWN_LISTING + "questions/kind/", {"categories": "{category}"}),
    Forgery("asha", POST, OWN_LISTING + "questions/kinds/", {"categories": "{category}"}),
    Forgery("asha", POST, OWN_LISTING + "questions/photo/", {"photo": "{photo}", "photo_alt": "Mine"}, OWN_WORDS),
    Forgery("sam", POST, "/provider/listings/{live}/prices/{suspended_offer}/take-off/"),
    Forgery("asha", POST, "/provider/orders/{order}/", {"provider": "{asha}"}),
    Forgery("asha", POST, "/provider/orders/visits/{visit}/decline/", {"provider": "{asha}"}),
    Forgery("asha", GET, "/provider/payments/?provider={provider}"),
    Forgery("asha", GET, "/sandbox/onboard/{account}/?link=acctlink_invented"),
]
PEOPLE = [
    Forgery("joan", POST, "/orders/new/{offer}/check/", {"token": "world-0", "total": "0"}),
    Forgery("ken", POST, "/orders/new/{ashas_offer}/check/", {"token": "world-0", "offer": "{offer}"}),
    Forgery("ken", POST, "/orders/new/{offer}/date/", {"date": "{lesson_date}"}),
    Forgery("ken", POST, "/orders/new/{suspended_offer}/check/", {"token": "new", "total": "3600"}),
    Forgery("joan", POST, "/orders/{order}/agree/", {"person": "joan"}),
    Forgery("joan", GET, "/orders/{order_paid}/receipt/?person=joan"),
    Forgery("priya", GET, "/orders/{order_of_joan}/?acting-for={joan_priya}"),
    Forgery("stranger", POST, "/accounts/acting/start/{joan_priya}/", {"delegate": "stranger"}),
    Forgery("ken", POST, "/accounts/helpers/{joan_priya}/end/", {"person": "joan"}),
    Forgery("ken", POST, "/accounts/helpers/letters/{letter}/again/", {"email": "ken@example.org"}),
    Forgery("ken", POST, "/accounts/invitation/{letter_key}/", {"answer": "yes", "email": "lee@example.org"}),
    Forgery("ken", POST, "/accounts/helpers/ask/", {"name": "Me", "email": "x@example.org", "scope": "everything"}),
    Forgery("joan", POST, "/shortlist/remove/{live}/", {"person": "ken"}),
    Forgery("joan", POST, "/shortlist/add/{draft}/"),
    Forgery(policy.LEE_FOR_KEN, POST, "/orders/{order_accepted}/pay/", {"scope": "buy"}),
    Forgery(policy.LEE_FOR_KEN, POST, "/shortlist/remove/{live}/", {"scope": "buy"}),
    Forgery(policy.PRIYA_FOR_JOAN, POST, "/orders/{order}/cancel/", {"person": "ken"}),
    Forgery(policy.NIA_FOR_KEN, POST, "/orders/{order_of_joan}/cancel/", {"person": "joan"}),
    Forgery(policy.NOBODY, GET, "/compare/?l={draft}&l={waiting}&l={suspended}"),
    Forgery(policy.NOBODY, GET, "/search/?q=heliotrope&provider={provider}&state=draft&live=0"),
    Forgery(policy.NOBODY, GET, "/search/suggest/?q=heliotr"),
    Forgery(policy.NOBODY, GET, "/concern/?about={draft}&listing={draft}"),
]
COUNCILS = [
    Forgery("bea", GET, "/staff/wharfe/providers/?council=quantock"),
    Forgery("bea", POST, "/staff/provider/{provider}/suspend/", {"reason": "No", "council": "wharfe"}),
    Forgery("bea", POST, "/staff/provider/{provider}/check/", {"kind": "insurance", "council": "wharfe"}),
    Forgery("bea", POST, "/staff/check/{credential}/", {"action": "verify", "seen_on": "2026-11-01"}),
    Forgery("bea", POST, "/staff/concern/{concern}/close/", {"reason": "No", "council": "wharfe"}),
    Forgery("bea", POST, "/staff/concern/{concern_without_council}/close/", {"reason": "No"}),
    Forgery("bea", POST, "/staff/kind/{category}/", {"name": "Mine", "council": "wharfe"}),
    Forgery("moira", POST, "/staff/kind/{national_category}/", {"name": "Mine"}),
    Forgery("moira", POST, "/operator/staff/{work}/remove/"),
    Forgery("nia", POST, "/staff/quantock/settings/", {"name": "Nia’s council"}),
    Forgery("theo", POST, "/staff/provider/{provider}/suspend/", {"reason": "No"}),
]
ADMIN = [
    Forgery("bea", GET, PAGES + "revisions/{waiting_revision}/view/"),
    Forgery("bea", GET, PAGES + "revisions/{waiting_revision}/revert/"),
    Forgery("bea", POST, PAGES + "revisions/{waiting_revision}/revert/"),
    Forgery("bea", GET, PAGES + "revisions/{waiting_revision}/unschedule/"),
    Forgery("bea", POST, PAGES + "revisions/{changed_revision}/unschedule/"),
    Forgery("bea", GET, PAGES + "revisions/compare/{waiting_revision}...latest/"),
    Forgery("bea", GET, PAGES + "revisions/compare/earliest...{changed_revision}/"),
    Forgery("bea", GET, PAGES + "workflow_history/detail/{workflow_state}/"),
    Forgery("bea", POST, "/admin/pages/workflow/action/{wharfe_page}/approve/{task_state}/"),
    Forgery("bea", POST, "/admin/pages/workflow/action/{wharfe_page}/reject/{task_state}/", {"comment": "No"}),
    Forgery("bea", GET, "/admin/pages/workflow/collect_action_data/{wharfe_page}/reject/{task_state}/"),
    Forgery("bea", GET, "/admin/pages/workflow/preview/{wharfe_page}/{task}/"),
    Forgery("bea", POST, PAGES + "edit/", {"title": "Wharfe", "slug": "wharfe", **COMMENTS}, OWN_WORDS),
    Forgery("bea", GET, "/admin/pages/{live_page}/move/{wharfe_page}/confirm/"),
    Forgery("bea", POST, "/admin/pages/{wharfe_page}/move/{council_page}/confirm/"),
    Forgery("bea", GET, "/admin/pages/{wharfe_page}/move/{waiting_page}/confirm/"),
    Forgery("bea", GET, "/admin/pages/{wharfe_page}/move/?parent={waiting_page}"),
    Forgery("bea", GET, "/admin/choose-page/{council_page}/"),
    Forgery("bea", GET, "/admin/choose-page/{waiting_page}/"),
    Forgery("bea", GET, "/admin/choose-page/chosen-multiple/?id={waiting_page}&id={guide}"),
    Forgery("bea", GET, "/admin/choose-page/search/?q=heliotrope"),
    Forgery("bea", GET, "/admin/images/chooser/chosen-multiple/?id={photo}"),
    Forgery("bea", GET, "/admin/images/chooser/?collection_id={collection}"),
    Forgery("bea", GET, "/admin/images/?collection_id={collection}"),
    Forgery("bea", POST, "/admin/images/multiple/{photo}/", {"image-{photo}-title": "Mine"}),
    Forgery("bea", GET, "/admin/bulk/wagtailcore/page/publish/?id={wharfe_page}&id={waiting_page}"),
    Forgery("bea", POST, "/admin/bulk/wagtailcore/page/delete/?id={wharfe_page}&id={waiting_page}&next=/admin/"),
    Forgery("bea", POST, "/admin/bulk/cms/photo/add_to_collection/?id={photo}&next=/admin/", {"collection": "1"}),
    Forgery("bea", GET, "/admin/reports/site-history/?label=heliotrope"),
    Forgery("bea", GET, "/admin/reports/site-history/results/?user={user}"),
    Forgery("bea", GET, "/admin/reports/workflow/?status=all"),
    Forgery("bea", GET, "/admin/reports/workflow_tasks/?workflow_state__workflow={workflow}"),
    Forgery("bea", GET, "/admin/reports/locked/?locked_by=heliotrope"),
    Forgery("bea", GET, "/admin/reports/aging-pages/?content_type=&last_published_by="),
    Forgery("bea", GET, "/admin/reports/workflow/?export=csv"),
    Forgery("bea", GET, "/admin/reports/site-history/?export=csv"),
    Forgery("bea", GET, "/admin/reports/locked/?export=xlsx"),
    Forgery("bea", GET, "/admin/pages/usage/listings/listingpage/?ordering=-title"),
    Forgery("bea", GET, "/admin/api/main/pages/?fields=*&child_of={council_page}&for_explorer=1"),
    Forgery("bea", GET, "/admin/api/main/pages/?search=heliotrope&fields=*"),
    Forgery("bea", GET, "/admin/api/main/pages/?type=listings.ListingPage&fields=summary,about"),
    Forgery("bea", GET, "/admin/api/main/pages/?descendant_of={council_page}"),
    Forgery("bea", POST, "/admin/editing-sessions/release/{editing_session}/"),
    Forgery("bea", GET, "/admin/tag-autocomplete/?term=heliotrope"),
]


@pytest.mark.parametrize("where", ["providers", "people", "councils", "admin"])
def test_what_belongs_to_somebody_else_is_neither_shown_nor_changed(asker, fault_row, where):
    things = asker.world.things
    for forgery in {"providers": PROVIDERS, "people": PEOPLE, "councils": COUNCILS, "admin": ADMIN}[where]:
        path = forgery.path.format_map(things)
        data = {name.format_map(things): str(value).format_map(things) for name, value in forgery.data.items()}
        answer = asker.ask(forgery.actor, forgery.method, path, data)
        fault_row.count()
        words = f"{forgery.actor}: {forgery.method} {forgery.path}"
        if answer.status >= 500:
            fault_row.violation(f"{words} broke: {answer.error}")
        if set(answer.changed) - forgery.theirs:
            fault_row.violation(f"{words} changed {', '.join(answer.changed)} ({answer.status} {answer.location})")
        if UNSEEN.encode() in answer.body and forgery.actor not in ("sam", "moira"):
            fault_row.violation(f"{words} shows {_around(answer.body)}")


def _around(body: bytes) -> str:
    found = re.search(rf".{{0,60}}{UNSEEN}.{{0,40}}", body.decode(errors="replace"))
    return repr(found.group(0)) if found else "it"


@pytest.mark.fault("A2", canary=True)
def test_canary_with_the_doors_taken_off_the_same_forgeries_get_through(asker, monkeypatch):
    """If this fails the forgeries above could not have shown anything."""
    from payments.orders import access as orders
    from payments.orders.models import Order

    monkeypatch.setattr(orders, "order_to_change", lambda standing, public_id: Order.objects.get(public_id=public_id))
    with transaction.atomic():
        path = "/orders/{order}/cancel/".format_map(asker.world.things)
        assert "orders_order" in asker.ask(policy.PRIYA_FOR_JOAN, POST, path, {"person": "ken"}).changed
