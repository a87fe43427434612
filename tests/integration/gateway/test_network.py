"""A real socket that misbehaves: whatever goes wrong on the way, the result is unknown and never a refusal."""

import socket
import threading

import pytest
import stripe

from payments.gateway import client, services

ANSWERS = {
    "hangs up": b"",
    "hangs up half way": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
    "an error page": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>",
    "no JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    "too many requests": b'HTTP/1.1 429 No\r\nContent-Length: 35\r\n\r\n{"error":{"type":"invalid_request"}}',
    "a key that is not known": b'HTTP/1.1 401 No\r\nContent-Length: 25\r\n\r\n{"error":{"type":"none"}}',
    "silence": None,
}


@pytest.fixture
def server(settings, monkeypatch):
    """Answers every connection with the bytes it is told, or not at all."""
    listener = socket.create_server(("127.0.0.1", 0))
    told: list[bytes | None] = []
    held = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.recv(65536)
            if told[0] is None:
                held.append(connection)
                continue
            connection.sendall(told[0])
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    settings.PAYMENTS_SANDBOX = False
    settings.STRIPE_SECRET_KEY = "sk_test_123"
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{listener.getsockname()[1]}"
    monkeypatch.setattr(client, "TIMEOUT", (0.5, 0.5))
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    client._network.cache_clear()
    yield told
    client._network.cache_clear()
    for connection in [listener, *held]:
        connection.close()


@pytest.mark.parametrize("trouble", ANSWERS)
def test_trouble_on_the_way_is_unknown(server, trouble):
    server.append(ANSWERS[trouble])
    with pytest.raises(services.GatewayUnknown):
        services.payment_look_up(account="acct_1", intent_id="pi_1")


def test_nobody_there_is_unknown_too(server, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(services.GatewayUnknown):
        services.payment_look_up(account="acct_1", intent_id="pi_1")
