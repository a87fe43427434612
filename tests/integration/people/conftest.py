"""An invitation from Joan to Priya, and Priya acting for Joan."""

from datetime import date

import pytest
from django.utils import timezone

from marketplace.core.audit import DELEGATE, SELF, Actor
from marketplace.people import services
from marketplace.people.models import Delegation, Invitation, Scope, User


@pytest.fixture
def invite():
    """`invite(joan, "priya@example.org")`: a letter for buying, from today, with no last day."""

    def send(person: User, email: str, *, scope: Scope = Scope.BUY, ends_on: date | None = None) -> Invitation:
        return services.invitation_send(
            person=person,
            name="Priya",
            email=email,
            scope=scope,
            starts_on=timezone.localdate(),
            ends_on=ends_on,
            by=Actor(person.pk, person.pk, SELF),
            now=timezone.now(),
        )

    return send


@pytest.fixture
def letter(cast, invite) -> Invitation:
    return invite(cast.joan, cast.priya.email)


@pytest.fixture
def page_of():
    """The page behind the link in a letter as it stands."""
    return lambda letter: f"/accounts/invitation/{services.invitation_key(letter)}/"


@pytest.fixture
def helping(cast, letter) -> Delegation:
    """Priya has said yes to Joan."""
    return services.invitation_accept(
        invitation=letter, user=cast.priya, by=Actor(cast.priya.pk, cast.joan.pk, DELEGATE), now=timezone.now()
    )


@pytest.fixture
def priya_as_joan(cast, helping, client_of):
    """Priya's browser, acting for Joan."""
    client = client_of(cast.priya)
    assert client.post(f"/accounts/acting/start/{helping.pk}/").status_code == 302
    return client
