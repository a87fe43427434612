"""The front page, a council's page and its guides: what everybody sees first."""

import pytest
from django.utils import timezone

from marketplace.cms import services
from marketplace.cms.models import CouncilPage, GuidePage
from marketplace.core.audit import CLOCKWORK
from tests.factories.listings import make_category

pytestmark = pytest.mark.django_db


def test_the_front_page_asks_one_question_and_starts_from_kinds_of_help(cast, client, django_assert_max_num_queries):
    for n in range(12):
        make_category(f"kind-{n}", f"Kind {n}")
    with django_assert_max_num_queries(10):
        page = client.get("/")
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("<h1") == 1
    assert 'name="q"' in html
    assert 'name="postcode"' in html
    assert html.count("/search/?kind=") == 8
    assert "Set-Cookie" not in page.headers
    assert len(page.content) < 30_000


def test_a_strangers_second_visit_asks_the_database_nothing(cast, client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 200


def test_a_councils_page_and_guides_carry_its_own_phones_and_colour(cast, client):
    council = cast.council["quantock"]
    services.guides_add(council=council, by=CLOCKWORK, now=timezone.now())
    html = client.get("/quantock/").content.decode()
    assert "01632 960 118" in html
    assert "/quantock/what-the-council-checks/" in html
    guide = client.get("/quantock/what-the-council-checks/").content.decode()
    assert guide.count("<h1") == 1
    assert "Quantock Council" in guide


def test_every_guide_that_the_footer_names_exists_and_adding_them_twice_adds_nothing(cast, client):
    for council in (None, cast.council["wharfe"]):
        services.guides_add(council=council, by=CLOCKWORK, now=timezone.now())
    before = GuidePage.objects.count()
    services.guides_add(council=None, by=CLOCKWORK, now=timezone.now())
    assert GuidePage.objects.count() == before
    for stem in ("/", "/wharfe/"):
        for slug in (
            "what-the-council-checks",
            "how-results-are-ordered",
            "accessibility",
            "privacy",
            "how-to-complain",
        ):
            assert client.get(f"{stem}{slug}/").status_code == 200, stem + slug


def test_a_council_may_rewrite_a_guide_and_adding_again_keeps_its_words(cast):
    council = cast.council["quantock"]
    services.guides_add(council=council, by=CLOCKWORK, now=timezone.now())
    guide = GuidePage.objects.child_of(CouncilPage.objects.get(council=council)).get(slug="privacy")
    guide.summary = "Our own words"
    guide.save_revision().publish()
    services.guides_add(council=council, by=CLOCKWORK, now=timezone.now())
    guide.refresh_from_db()
    assert guide.summary == "Our own words"
