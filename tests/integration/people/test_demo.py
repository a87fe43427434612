"""Signing in as one of the cast: there in the demonstration, nowhere else, and no way round the second step."""

import re
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

from marketplace.core import checks
from marketplace.demo import services
from tests.cast import CAST

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(cast):
    """The cast as the demonstration seeds it."""
    for part in CAST:
        if part.work:
            services.demo_second_factor(cast.people[part.key])
    return cast


def test_everybody_in_the_cast_has_a_button(seeded, client):
    page = client.get("/demo/").content.decode()
    for part in CAST:
        assert f"Sign in as {part.first_name}" in page


def test_one_press_and_ken_is_in(seeded, client):
    assert client.post("/demo/sign-in/ken/").url == "/"
    assert "Ken Hobbs" in client.get("/accounts/").content.decode()


def test_moira_still_passes_her_second_step(seeded, client, settings):
    settings.MFA_TOTP_TOLERANCE = 3
    for _time in range(3):  # a code works once, so each visit shows a fresh one
        shown = re.search(r"Moira Blake.*?hb-code\">(\d{6})<", client.get("/demo/").content.decode(), re.DOTALL)
        step = client.post("/demo/sign-in/moira/")
        assert step.url.startswith("/accounts/2fa/authenticate/")
        assert client.get("/staff/calls/").url.startswith("/accounts/login/")
        assert shown.group(1) in client.get(step.url).content.decode()
        assert client.post(step.url, {"code": shown.group(1)}).url == "/staff/"
        assert client.get("/staff/calls/").status_code == 200


def test_changing_to_somebody_else_leaves_nothing_behind(seeded, client):
    client.post("/demo/sign-in/ken/")
    session = client.session
    session["acting-for"] = 1
    session.save()
    client.post("/demo/sign-in/joan/")
    assert "acting-for" not in client.session
    assert "Joan Tapper" in client.get("/accounts/").content.decode()


def test_only_the_cast_can_be_signed_in_as(seeded, client):
    for key in ("nobody", "1", "ken-hobbs"):
        assert client.post(f"/demo/sign-in/{key}/").status_code == 404


@pytest.mark.parametrize("page", ["/demo/", "/demo/mail/"])
def test_elsewhere_the_pages_do_not_exist(seeded, client, settings, page):
    settings.DEMO = False
    assert client.get(page).status_code == 404
    assert client.post("/demo/sign-in/ken/").status_code == 404
    assert client.get("/accounts/").status_code == 302


def test_a_production_site_refuses_to_start_with_it(settings):
    settings.DEMO = True
    settings.SETTINGS_MODULE = "marketplace.settings.production"
    assert [error.id for error in checks.demo_stays_out_of_production(None)] == ["core.E002"]


def test_the_letters_can_be_read_and_their_links_followed(client, settings, tmp_path: Path, db):
    settings.EMAIL_FILE_PATH = tmp_path
    settings.SITE_URL = "http://127.0.0.1:8000"
    body = "Hello <b>Priya</b>,\n\nhttp://127.0.0.1:8000/accounts/invitation/abc/\nhttp://evil.example/\n\n-- \nfoot"
    backend = EmailBackend(file_path=tmp_path)
    backend.send_messages([EmailMessage("Joan asks – you", body, "hello@hereabouts.example", ["priya@example.org"])])
    page = client.get("/demo/mail/").content.decode()
    assert "Joan asks – you" in page
    assert 'href="/accounts/invitation/abc/"' in page
    assert "<b>Priya" not in page
    assert 'href="http://evil' not in page
    assert "None yet" in client.get("/demo/mail/?to=ken@example.org").content.decode()


def test_a_letter_reads_as_it_was_written_pounds_and_all(client, settings, tmp_path: Path, db):
    settings.EMAIL_FILE_PATH = tmp_path
    body = "This is about Joan’s order.\n\n£36 has gone back.\n\n-- \nfoot"
    backend = EmailBackend(file_path=tmp_path)
    backend.send_messages([EmailMessage("Money", body, "hello@hereabouts.example", ["priya@example.org"])])
    page = client.get("/demo/mail/").content.decode()
    assert "This is about Joan’s order." in page
    assert "£36 has gone back." in page
