"""Keys that do not fit stop the site before a single payment."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from payments.gateway import checks
from payments.gateway.rules import Keys, account_move, key_troubles, quarantine_reason, requirement_words

GOOD = {"secret_key": "sk_live_1", "webhook_secret": "whsec_1", "live": True, "sandbox": False}


@pytest.mark.parametrize(
    ("changed", "numbers"),
    [
        ({}, []),
        ({"webhook_secret": ""}, ["E001"]),
        ({"webhook_secret": "  "}, ["E001"]),
        ({"secret_key": "", "webhook_secret": "", "sandbox": True}, ["E001"]),
        ({"secret_key": "", "webhook_secret": "", "sandbox": False}, []),
        ({"secret_key": "pk_live_1"}, ["E002"]),
        ({"live": False}, ["E003"]),
        ({"secret_key": "sk_test_1"}, ["E004"]),
        ({"secret_key": "rk_test_1", "live": False}, []),
    ],
)
def test_keys_fit_the_site_or_the_trouble_has_a_number(changed, numbers):
    assert [number for number, _ in key_troubles(Keys(**(GOOD | changed)))] == numbers


def test_a_key_without_a_webhook_secret_stops_the_start(settings):
    """A web server runs no system checks, so the app itself must refuse."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", ""
    settings.PAYMENTS_SANDBOX = False
    with pytest.raises(ImproperlyConfigured, match="STRIPE_WEBHOOK_SECRET"):
        apps.get_app_config("gateway").ready()
    assert [error.id for error in checks.stripe_keys_fit(None)] == ["gateway.E001"]


def test_a_site_without_keys_starts_and_says_that_nobody_can_pay(settings):
    settings.PAYMENTS_SANDBOX = False
    apps.get_app_config("gateway").ready()
    assert [warning.id for warning in checks.stripe_keys_fit(None)] == ["gateway.W001"]


@pytest.mark.parametrize("state", ["onboarding", "ready", "restricted", "disconnected"])
def test_an_account_ends_where_stripe_says_whatever_it_was(state):
    ends = {(True, True): "ready", (False, True): "restricted", (False, False): "onboarding"}
    moves = {"ready": "enable", "restricted": "restrict", "onboarding": "ask"}
    for (charges, details), target in ends.items():
        move = account_move(state=state, charges_enabled=charges, details_submitted=details)
        assert move == (None if state == target else moves[target])


def test_the_mode_is_looked_at_before_anything_else():
    common = {"account": "", "account_known": False}
    assert quarantine_reason(event_live=True, expects_live=False, **common) == "wrong mode"
    assert quarantine_reason(event_live=False, expects_live=False, **common) == "no account"
    assert quarantine_reason(event_live=True, expects_live=True, account="acct_1", account_known=True) == ""


def test_every_question_of_stripe_has_plain_words():
    for requirement in ("business_profile.url", "tos_acceptance.date", "person_1.dob.day", "something.new"):
        words = str(requirement_words(requirement))
        assert words
        assert "_" not in words
