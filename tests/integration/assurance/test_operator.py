"""A new council goes live by configuration: by a form for the national operator, or by a command."""

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import GroupPagePermission

from marketplace.people.models import Council, CouncilRole
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Tamar Council",
    "slug": "tamar",
    "area_codes": "E06000052",
    "welcome": "",
    "colour": "#234485",
    "help_phone": "01632 960 418",
    "help_hours": "Monday to Friday",
    "help_email": "",
    "concern_phone": "01632 960 400",
    "concern_hours": "day or night",
    "required": ["insurance"],
    "max_fte": "8",
}


@pytest.fixture(autouse=True)
def known_areas(monkeypatch):
    """The real table needs the postcode file, which takes a minute to build."""
    from marketplace.core import geo

    monkeypatch.setattr(geo, "la_codes", lambda: {"E06000052": "Cornwall", "E06000066": "Somerset"})


def test_the_form_makes_a_council_that_works_at_once(cast, client_of, client):
    answer = client_of(cast.olwen).post("/operator/councils/new/", TYPED)
    assert answer.url == "/operator/councils/tamar/"
    council = Council.objects.get(slug="tamar")
    assert council.area_codes == ["E06000052"]
    assert client.get("/tamar/").status_code == 200
    assert client.get("/tamar/privacy/").status_code == 200
    assert council.page.get_workflow().name == "Tamar Council: listings"
    roots = set(GroupPagePermission.objects.filter(group__name="tamar curators").values_list("page", flat=True))
    assert roots == {council.page.pk}
    assert make_listing(make_provider(council)).page.url.startswith("/tamar/")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"slug": "search"}, "short name is taken"),
        ({"slug": "privacy"}, "short name is taken"),
        ({"slug": "quantock"}, "short name is taken"),
        ({"slug": "Ünï / <b>"}, "small letters"),
        ({"name": "quantock council"}, "with that name already"),
        ({"area_codes": "Atlantis"}, "We do not know “Atlantis”"),
        ({"area_codes": ""}, "at least one council area"),
        ({"required": []}, "asked for everywhere"),
        ({"max_fte": "50"}, "set fewer, not more"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(cast, client_of, changed, words):
    before = Council.objects.count()
    answer = client_of(cast.olwen).post("/operator/councils/new/", {**TYPED, **changed})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Council.objects.count() == before


def test_staff_are_added_by_address_and_removed_at_once(cast, client_of):
    olwen = client_of(cast.olwen)
    address = "/operator/councils/lagan/"
    assert (
        "Nobody has an account" in olwen.post(address, {"email": "no@example.org", "role": "curator"}).content.decode()
    )
    olwen.post(address, {"email": "LEE@example.org", "role": "curator"})
    work = cast.lee.council_work.get()
    assert (work.council.slug, work.role) == ("lagan", CouncilRole.CURATOR)
    assert client_of(cast.lee).get("/staff/lagan/").status_code == 200
    lee = client_of(cast.lee)
    olwen.post(f"/operator/staff/{work.pk}/remove/")
    assert lee.get("/staff/lagan/").status_code == 404
    assert lee.get("/admin/").status_code == 404


def test_only_the_national_operator_finds_these_pages(cast, client_of):
    work = cast.moira.council_work.get()
    for who in (cast.moira, cast.theo, cast.ken):
        person = client_of(who)
        for address in ("/operator/", "/operator/councils/", "/operator/councils/new/", "/operator/councils/quantock/"):
            assert person.get(address).status_code == 404, (who, address)
        assert person.post("/operator/councils/new/", TYPED).status_code == 404
        assert person.post(f"/operator/staff/{work.pk}/remove/").status_code == 404
    assert not Council.objects.filter(slug="tamar").exists()
    assert cast.moira.council_work.exists()


def test_the_command_asks_the_same_questions_and_makes_the_same(cast, capsys):
    facts = {"name": "Tamar Council", "area": ["Cornwall"], "help_phone": "01632 960 418", "concern_phone": "999"}
    call_command("council_create", "tamar", curator=["ken@example.org", "no@example.org"], **facts)
    council = Council.objects.get(slug="tamar")
    assert council.standards == {"required": ["insurance"], "max_fte": 8}
    assert cast.ken.council_work.get().council == council
    assert "Nobody has an account with no@example.org" in capsys.readouterr().err
    with pytest.raises(CommandError, match="with that name already"):
        call_command("council_create", "tamar", **facts)
    with pytest.raises(CommandError, match="We do not know"):
        call_command("council_create", "other", **{**facts, "name": "Other", "area": ["Nowhere"]})


def test_the_first_operator_is_named_by_command_and_can_be_taken_back(cast, client_of):
    assert client_of(cast.ken).get("/operator/").status_code == 404
    call_command("operator_add", "Ken@Example.org")
    cast.ken.refresh_from_db()
    assert cast.ken.is_national_operator
    call_command("operator_add", "ken@example.org", "--remove")
    cast.ken.refresh_from_db()
    assert not cast.ken.is_national_operator
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("operator_add", "nobody@example.org")
