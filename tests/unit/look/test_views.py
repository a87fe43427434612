"""The council's colour, the language, the gallery, and refusals that stand on their own."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.parametrize("path", ["/style/74274b.css", "/style/abcdef.css"])
def test_a_councils_colour_is_a_stylesheet_that_never_changes(client, path):
    response = client.get(path)
    assert response.content.decode() == f":root{{--council:#{path[7:13]}}}"
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/style/red.css", "/style/74274bff.css", "/style/74274B.css", "/language/fr/"])
def test_what_is_no_colour_or_language_of_ours_is_not_there(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere"]
)
def test_choosing_a_language_never_leads_away(client, target):
    """The link carries where to return to, and a stranger can write such a link."""
    response = client.get("/language/cy/", {"next": target})
    assert response["Location"] == "/"


def test_choosing_a_language_is_remembered(client):
    response = client.get("/language/cy/", {"next": "/search/?q=tea"})
    assert response["Location"] == "/search/?q=tea"
    assert client.cookies["django_language"].value == "cy"


@pytest.mark.django_db
def test_the_gallery_is_for_demonstration_and_development_only(client, settings):
    assert client.get("/look/").status_code == 200
    settings.DEMO = False
    assert client.get("/look/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/look/", "/offline/", "/no/such/page/", "/accounts/login/", "/accounts/signup/"])
def test_every_page_has_one_heading_a_skip_link_and_a_language(client, path):
    html = client.get(path).content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    assert 'class="nhsuk-skip-link" href="#main"' in html
    assert 'id="main"' in html
    assert '<html lang="en-GB">' in html


@pytest.mark.django_db
def test_a_strangers_page_sets_no_cookie(client):
    """Public pages are served from memory, so they may not carry anything of one person's."""
    assert not client.get("/no/such/page/").cookies


def test_the_page_for_our_own_failure_needs_nothing_of_ours():
    """It is shown when the database, the templates or the settings are what failed."""
    html = render_to_string("500.html")
    assert "{%" not in html
    assert html.count("<h1>") == 1
    assert "999" in html


@pytest.mark.parametrize("name", ["400.html", "403.html", "offline.html"])
def test_a_refusal_needs_no_context(name):
    """Django gives some of these pages nothing at all, not even the request."""
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert "Hereabouts" in html


@pytest.mark.django_db
def test_a_form_that_was_open_too_long_is_refused_in_plain_words():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})
    assert response.status_code == 403
    assert "That page was open too long" in response.content.decode()


@pytest.mark.django_db
def test_a_wrong_sign_in_form_says_so_above_and_keeps_the_address(client):
    response = client.post("/accounts/login/", {"login": "ken@example.org", "password": ""})
    html = response.content.decode()
    assert "nhsuk-error-summary" in html
    assert 'value="ken@example.org"' in html
    assert "<title>Error:" in html
    assert "placeholder" not in html


def test_an_email_needs_no_other_host_and_reads_as_text():
    html = render_to_string("emails/base.html", {"product_name": "Hereabouts"})
    text = render_to_string("emails/base.txt", {"product_name": "Sam & Co"})
    assert not re.search(r'(?:src|href)="', html)
    assert "Sam & Co" in text
    assert "<" not in text
