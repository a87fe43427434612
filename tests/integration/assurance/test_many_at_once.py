"""A council hides many providers at once: the number said first, everybody gone at once, the index in batches."""

import re

import pytest

from marketplace.core import outbox, pagecache
from marketplace.core.models import AuditEntry
from providers.listings.models import Hold, Listing, Provider
from providers.listings.states import HoldKind
from search import backends, services
from tests.factories.listings import make_listing, make_offer, make_provider
from tests.faults.plugin import share
from tests.integration.search.conftest import own_server  # noqa: F401  a fixture

MANY, SOME = share(500), 5
REASON = "Your insurer has gone. Send us a new certificate."
HIDE = "/staff/quantock/providers/hide/"

pytestmark = pytest.mark.django_db


def so_many(how_many: int, cast) -> list[Provider]:
    """Each with a listing; and one of another council."""
    made = []
    for number in range(how_many):
        provider = make_provider(cast.council["quantock"], name=f"Help {number:03d}")
        make_offer(make_listing(provider, title=f"Help {number:03d}"))
        made.append(provider)
    make_listing(make_provider(cast.council["wharfe"], name="Help elsewhere"), title="Help elsewhere")
    return made


@pytest.fixture
def some(cast) -> list[Provider]:
    return so_many(SOME, cast)


@pytest.fixture
def many(cast, settings, tmp_path) -> list[Provider]:
    """A tenth of the five hundred that a council may have to stop in one day."""
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    return so_many(MANY, cast)


@pytest.fixture
def moira(cast, client_of):
    return client_of(cast.moira)


def hidden() -> set[str]:
    return set(Hold.objects.filter(kind=HoldKind.SUSPENDED, lifted_at=None).values_list("provider__name", flat=True))


def fields(page: str) -> dict[str, list[str]]:
    """What the form of a confirming page carries."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return {name: values for name, values in found.items() if name != "csrfmiddlewaretoken"}


def test_those_that_are_ticked_are_hidden_after_their_number_was_said(moira, some, cast):
    ticked = [provider.public_id for provider in some[:3]]
    asked = moira.post(HIDE, {"which": "these", "providers": ticked, "reason": REASON})
    page = asked.content.decode()
    assert "Hide 3 providers?" in page
    assert hidden() == set()
    sent = moira.post(HIDE, fields(page))
    assert sent.status_code == 302
    assert hidden() == {"Help 000", "Help 001", "Help 002"}
    shown = moira.get(sent["Location"]).content.decode()
    assert "3 providers are hidden" in shown
    assert REASON in shown
    entries = AuditEntry.objects.filter(action="listings.hold.place", note=REASON)
    assert {entry.by_id for entry in entries} == {cast.moira.pk}
    assert len(entries) == outbox.pending("assurance.provider_suspended").count() == 3


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_all_that_match_go_from_every_page_at_once_and_from_the_real_index_in_batches(
    own_server,  # noqa: F811
    moira,
    many,
    client,
):
    services.index_rebuild()
    outbox.deliver(limit=10_000)
    asked = moira.post(f"{HIDE}?q=Help", {"which": "all", "reason": REASON}).content.decode()
    assert f"Hide {MANY} providers?" in asked
    progress = moira.post(f"{HIDE}?q=Help", fields(asked))["Location"]
    assert len(hidden()) == MANY
    assert "Help elsewhere" not in hidden()
    pagecache.forget_all()
    assert "hb-card" not in client.get("/search/?q=help&postcode=TA1+1AA&within=30").content.decode()
    assert f"0 of {MANY} listings are out of the search index" in moira.get(progress).content.decode()
    deliver_some(MANY // 2)
    assert f"{MANY // 2} of {MANY} listings are out of the search index" in moira.get(progress).content.decode()
    outbox.deliver(limit=10_000)
    assert f"All {MANY} listings are out of the search index" in moira.get(progress).content.decode()
    for index in backends.named().values():
        assert not set(Listing.objects.filter(provider__in=many).values_list("pk", flat=True)) & set(index.held())


def deliver_some(how_many: int) -> None:
    """As if the worker were half way: changes to listings come in the order in which they were made."""
    later = outbox.pending("listings.changed").values_list("pk", flat=True)[how_many:]
    waiting = outbox.OutboxRow.objects.filter(pk__in=list(later))
    due = dict(waiting.values_list("pk", "due_at"))
    outbox.OutboxRow.objects.filter(pk__in=due).update(due_at="2099-01-01T00:00Z")
    outbox.deliver(limit=10_000)
    outbox.OutboxRow.objects.filter(pk__in=due).update(due_at=min(due.values()))


def test_a_number_that_has_changed_meanwhile_is_said_again_and_nobody_is_hidden(moira, some, cast):
    page = moira.post(HIDE, {"which": "all", "reason": REASON}).content.decode()
    make_provider(cast.council["quantock"], name="Help that came later")
    again = moira.post(HIDE, fields(page)).content.decode()
    assert "The number has changed while you were looking" in again
    assert f"Hide {SOME + 1} providers?" in again
    assert hidden() == set()
    moira.post(HIDE, fields(again))
    assert len(hidden()) == SOME + 1


def test_each_is_shown_again_by_itself_and_a_first_reason_stands(moira, some):
    moira.post(f"/staff/provider/{some[0].public_id}/suspend/", {"reason": "A worry"})
    page = moira.post(HIDE, {"which": "all", "reason": REASON}).content.decode()
    assert f"Hide {SOME - 1} providers?" in page
    progress = moira.post(HIDE, fields(page))["Location"]
    assert Hold.objects.get(provider=some[0], kind=HoldKind.SUSPENDED).reason == "A worry"
    moira.post(f"/staff/provider/{some[1].public_id}/lift/", {"note": "She sent it"})
    assert some[1].name not in hidden()
    shown = moira.get(progress).content.decode()
    assert f"{SOME - 2} providers are hidden" in shown
    assert "One of those that were hidden together is shown again" in shown


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"which": "these", "reason": REASON}, "Tick at least one"),
        ({"which": "all"}, "Write down why"),
        ({"reason": REASON}, "Choose whom to hide"),
        ({"which": "these", "providers": ["nobody"], "reason": REASON}, "has been hidden meanwhile"),
    ],
)
def test_what_is_missing_is_said_and_nobody_is_hidden(moira, some, sent, said):
    page = moira.post(HIDE, sent)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert hidden() == set()


def test_nobody_of_another_council_can_be_named(moira, some):
    stranger = Provider.objects.get(name="Help elsewhere")
    page = moira.post(HIDE, {"which": "these", "providers": [stranger.public_id], "reason": REASON, "number": 1})
    assert page.status_code == 200
    assert hidden() == set()


def test_a_moment_when_nobody_was_hidden_is_no_page(moira, some):
    for moment in ("1", "99999999999999999999999"):
        assert moira.get(f"/staff/quantock/providers/hidden/{moment}/").status_code == 404
