"""The official SDK's transport, with the twin behind it instead of the network."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from . import api
from .store import Store

Fault = Callable[[str, str], str]


class SandboxTransport(stripe.HTTPClient):
    """Sends every request of a StripeClient to the twin in this process.

    `fault` is asked (method, path) before each request and answers "" for no fault, or one of
    "lost" (dropped before the twin sees it), "unheard" (done, but the answer is lost), or a status such as "500".
    """

    name = "sandbox"

    def __init__(self, store: Store, fault: Fault | None = None) -> None:
        super().__init__()
        self._store, self._fault = store, fault

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **unused: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        address = urlsplit(url)
        fault = self._fault(method.upper(), address.path) if self._fault else ""
        if fault == "lost":
            raise stripe.APIConnectionError("The practice network dropped the request.", should_retry=True)
        if fault.isdigit():
            body = '{"error": {"type": "api_error", "message": "The practice server failed on purpose."}}'
            return body, int(fault), {"stripe-should-retry": "false"}
        encoded = post_data or "" if method.upper() == "POST" else address.query
        answer = api.answer(self._store, method.upper(), address.path, encoded, headers or {})
        if fault == "unheard":
            raise stripe.APIConnectionError("The practice network lost the answer.", should_retry=False)
        return answer.body, answer.status, answer.headers

    def close(self) -> None:
        """Nothing is held open."""
