"""Practice money never meets real people by accident."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from payments.sandbox.checks import practice_stays_out_of_production


def test_practice_money_is_refused_in_production_unless_allowed_by_name(settings):
    def troubles(**changed):
        for name, value in changed.items():
            setattr(settings, name, value)
        settings.SETTINGS_MODULE = "marketplace.settings.production"  # every other change resets it
        return [error.id for error in practice_stays_out_of_production(None)]

    assert practice_stays_out_of_production(None) == []
    assert troubles() == ["sandbox.E001"]
    assert troubles(SANDBOX_ALLOWED=True) == []
    assert troubles(STRIPE_SECRET_KEY="sk_live_1") == ["sandbox.E002"]


def test_a_web_server_does_not_start_either(settings):
    apps.get_app_config("sandbox").ready()
    settings.SETTINGS_MODULE = "marketplace.settings.production"
    with pytest.raises(ImproperlyConfigured, match="practice money"):
        apps.get_app_config("sandbox").ready()
