"""Practice payments and the demonstration: test and demonstration settings only. The webhook asks for a signature."""

from ..policy import EVERYBODY, NONE, row

ROWS = [
    row("gateway:stripe_webhook", NONE, why="400 without a signature: see tests/integration/gateway"),
    row("sandbox:index", EVERYBODY, NONE),
    row("sandbox:pay", EVERYBODY, session_id="session", why="as at Stripe, the address is the key"),
    row("sandbox:check", EVERYBODY, session_id="session"),
    row("sandbox:onboard", NONE, account_id="account", why="asks for the link Stripe made"),
    row(
        "sandbox:connect",
        EVERYBODY,
        account_id="account",
        query="?redirect_uri=http://testserver/provider/payments/connected/",
        why="as at Stripe, who has the address may answer; the code it gives does nothing without a signed word",
    ),
    row("sandbox:switch", NONE, EVERYBODY, data={"do": "late_off"}, why="a demonstration's own switches"),
    row("demo:index", EVERYBODY, NONE),
    row("demo:mail", EVERYBODY, NONE),
    row("demo:sign_in", NONE, EVERYBODY, key="=ken"),
]
