"""One request by one of the actors, undone afterwards; and whether the answer is what the policy says."""

import sys
from dataclasses import dataclass
from typing import Any

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import resolve, reverse

from marketplace.core import pagecache
from marketplace.people.middleware import ACTING_FOR, ON_THE_PHONE
from tests.conftest import sign_in

from . import policy
from .digest import PaymentStore, changes, fingerprint, watching
from .policy import NOBODY, Row
from .world import UNSEEN, World

SIGN_IN = "/accounts/login/"
SECOND_STEP = "/accounts/2fa/"
CONFIRM = "/accounts/reauthenticate/"  # show again who you are, before anything is looked up
ADMIN = "/admin/"
WRONG_METHOD = 405


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    changed: list[str]
    body: bytes
    headers: dict[str, str]
    error: str = ""


class Environs(RequestFactory):
    """Makes what a server would hand to the handler."""

    def request(self, **request: Any) -> dict[str, Any]:
        return self._base_environ(**request)


class Asker:
    """Holds everybody's cookies and asks in their name. What a request wrote is rolled back.

    Requests go straight to the handler: Django's test client would copy every template's context, which takes longer
    than the pages.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.environs = Environs()
        self.cookies = {actor: self._cookies_of(self._client_of(actor)) for actor in policy.ACTORS}
        self.before = fingerprint()
        self.store = PaymentStore()
        self.asked = 0

    def _client_of(self, actor: str) -> Client:
        cast, world = self.world.cast, self.world
        match actor:
            case policy.NOBODY:
                return sign_in(None)
            case policy.PRIYA_FOR_JOAN:
                return self._acting(cast.priya, ACTING_FOR, world["joan_priya"])
            case policy.LEE_FOR_KEN:
                return self._acting(cast.lee, ACTING_FOR, world["ken_lee"])
            case policy.NIA_FOR_KEN:
                return self._acting(cast.nia, ON_THE_PHONE, world["call"])
            case policy.MOIRA_BY_PASSWORD:
                return sign_in(cast.moira, second_factor=False)
        return sign_in(cast.people[actor])

    @staticmethod
    def _cookies_of(client: Client) -> str:
        return "; ".join(f"{name}={cookie.coded_value}" for name, cookie in client.cookies.items())

    @staticmethod
    def _acting(user: Any, key: str, value: int) -> Client:
        client = sign_in(user)
        session = client.session
        session[key] = value
        session.save()
        return client

    def path(self, row: Row) -> str:
        """The address of a row, with its objects in it."""
        if row.name.startswith(("/", "{")):
            path = row.name.format_map(self.world.things)
        elif any(argument.isdigit() for argument in row.args):  # a route without names
            path = reverse(row.name, args=[self._of(key) for key in row.args.values()])
        else:
            path = reverse(row.name, kwargs={argument: self._of(key) for argument, key in row.args.items()})
        return path + row.query.format_map(self.world.things)

    def _of(self, key: str) -> Any:
        """A thing of the world; "=word" stands for the word itself."""
        return key[1:] if key.startswith("=") else self.world[key]

    def route(self, row: Row) -> str:
        return resolve(self.path(row).partition("?")[0]).route

    def ask(
        self, actor: str, method: str, path: str, data: dict[str, Any] | None = None, *, compare: bool = True
    ) -> Answer:
        """The answer, and what the request wrote before it was undone (looked for only when `compare`)."""
        self.asked += 1
        pagecache.forget_all()
        make = getattr(self.environs, method.lower())
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": self.cookies[actor]}
        environ = make(path, data or {}, headers=headers)
        raised: list[str] = []

        def note(sender: Any, request: Any = None, **_more: Any) -> None:
            kind, error, _trace = sys.exc_info()
            raised.append(f"{kind.__name__}: {error}")

        savepoint = transaction.savepoint()
        got_request_exception.connect(note)
        try:
            with watching() as written:
                response = self.handler(environ)
                body = response.getvalue() if response.streaming else response.content
            connection.needs_rollback = False
            changed = changes(self.before, fingerprint()) if written and compare else []
        finally:
            got_request_exception.disconnect(note)
            connection.needs_rollback = False
            transaction.savepoint_rollback(savepoint)
        elsewhere = self.store.changed()
        if elsewhere:
            self.store.put_back()
        location = response.headers.get("Location", "")
        headers = dict(response.items()) | ({"Set-Cookie": response.cookies.output()} if response.cookies else {})
        return Answer(response.status_code, location, changed + elsewhere, body, headers, " ".join(raised))

    def leads_nowhere(self, actor: str, answer: Answer) -> bool:
        """Whether it only sends to the thing's own page, and that refuses: a button pressed after a sign-in ran out."""
        if answer.changed or answer.status != 302 or not answer.location.startswith("/"):
            return False
        page = self.ask(actor, "GET", answer.location)
        return page.status == 404 or page.location.startswith(f"{SIGN_IN}?")

    def starts_from_here(self) -> None:
        """What the database holds now is what no refused request may change."""
        self.before = fingerprint()

    def judge(self, row: Row, actor: str, method: str) -> tuple[str, Answer]:
        """What is wrong with the answer ("" when nothing is), and the answer."""
        data = {name: str(value).format_map(self.world.things) for name, value in row.data.items()}
        answer = self.ask(actor, method, self.path(row), data if method == "POST" else None)
        allowed = actor in row.allowed(method)
        wrong = _allowed(answer) if allowed else _refused(answer, actor, row)
        if wrong and not allowed and self.leads_nowhere(actor, answer):
            wrong = ""
        if not wrong and row.keeps and answer.changed:
            wrong = f"changed {', '.join(answer.changed)}"
        if not wrong and UNSEEN.encode() in answer.body and not policy.knows(actor, row):
            wrong = f"reads {UNSEEN}, which nobody has approved"
        if wrong:
            said = f"{answer.status} {answer.location} {answer.error}".strip()
            return f"{method} {row} by {actor}: {wrong} (answered {said})", answer
        return "", answer


def _allowed(answer: Answer) -> str:
    if answer.status >= 500:
        return "broke"
    if answer.status in (401, 403, 404):
        return "is refused, and should not be"
    if answer.location.startswith((f"{SIGN_IN}?", f"{SECOND_STEP}re", f"{SECOND_STEP}?")):
        return "is asked who they are, and should not be"
    return ""


def _refused(answer: Answer, actor: str, row: Row) -> str:
    if answer.changed:
        return f"changed {', '.join(answer.changed)}"
    if answer.status >= 500:
        return "broke"
    if answer.status in (400, 404, WRONG_METHOD) or answer.location.startswith(CONFIRM):
        return ""
    if actor == NOBODY and answer.location.startswith(SIGN_IN):
        return ""
    if actor == policy.MOIRA_BY_PASSWORD and answer.location.startswith(SECOND_STEP):
        return ""
    if row.in_admin and (answer.status == 403 or answer.location.startswith(ADMIN)):
        return ""  # Wagtail's own way of saying no: back to what is theirs
    return "is let in, and should not be"
