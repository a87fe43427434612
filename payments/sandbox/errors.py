"""What Stripe says when it says no: the status and the body of an error answer."""

from typing import Any


class ApiError(Exception):
    """An answer that is not 2xx. `kind` is Stripe's error type.

    Shape: https://docs.stripe.com/api/errors, schema `error` of Stripe's OpenAPI description. `begun` tells whether the
    work had begun, so that the answer is kept under the request's key: not where a parameter is no parameter
    (https://docs.stripe.com/api/idempotent_requests). `happened` tells whether it left something behind.
    """

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error", code: str = "", **more: Any
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.code, self.more = status, kind, code, more
        self.happened = False
        self.begun = True

    @property
    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"type": self.kind, "message": str(self)}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": error | {name: value for name, value in self.more.items() if value is not None}}


def card_refused(code: str, decline_code: str, message: str, **more: Any) -> ApiError:
    """The bank said no: unlike other errors this one has happened, so it is kept, under its key too."""
    error = ApiError(message, status=402, kind="card_error", code=code, decline_code=decline_code, **more)
    error.happened = True
    return error


def _not_begun(error: ApiError) -> ApiError:
    error.begun = False
    return error


def missing_param(name: str) -> ApiError:
    return _not_begun(ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name))


def unknown_param(name: str) -> ApiError:
    return _not_begun(ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name))


def bad_param(name: str, message: str, code: str = "") -> ApiError:
    return _not_begun(ApiError(message, code=code, param=name))


def no_such(kind: str, id: str, param: str = "id") -> ApiError:
    """Also for a thing that exists on another account: Stripe does not tell the two apart."""
    return ApiError(f"No such {kind}: '{id}'", status=404, code="resource_missing", param=param)


def no_access(account: str) -> ApiError:
    return ApiError(
        f"The provided key 'sk_test_***' does not have access to account '{account}' (or that account does not exist). "
        "Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def unexpected_state(message: str, **more: Any) -> ApiError:
    return ApiError(message, code="payment_intent_unexpected_state", **more)
