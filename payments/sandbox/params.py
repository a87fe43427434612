"""Stripe's form encoding, read strictly: what nobody asked for is refused, as Stripe does."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .errors import bad_param, missing_param, unknown_param


def decode(encoded: str) -> dict[str, Any]:
    """Nested dicts of text from bracketed form encoding; a list comes as a dict with keys "0", "1", ...

    >>> decode("mode=payment&line_items[0][quantity]=2&expand[]=charge")
    {'mode': 'payment', 'line_items': {'0': {'quantity': '2'}}, 'expand': {'0': 'charge'}}
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        first, *rest = name.replace("]", "").split("[")
        branch, leaf = tree, first
        for part in rest:
            below = branch.setdefault(leaf, {})
            if not isinstance(below, dict):
                raise bad_param(first, f"Invalid {first}")
            branch, leaf = below, part or str(len(below))
        branch[leaf] = value
    return tree


class Params:
    """Takes parameters out one by one, each checked; `finish` refuses what is left over."""

    def __init__(self, tree: Mapping[str, Any], path: str = "") -> None:
        self._tree, self._path, self._inner = dict(tree), path, list[Params]()

    def _name(self, key: str) -> str:
        return f"{self._path}[{key}]" if self._path else key

    def _take(self, key: str, required: bool) -> Any:
        value = self._tree.pop(key, None)
        if required and value in (None, ""):
            raise missing_param(self._name(key))
        return value

    def text(self, key: str, *, required: bool = False, most: int = 5000) -> str | None:
        value = self._take(key, required)
        if value is not None and not isinstance(value, str):
            raise bad_param(self._name(key), "Invalid string: must be a string")
        if value and len(value) > most:
            raise bad_param(self._name(key), f"Invalid string: must be at most {most} characters")
        return value or None

    def choice(self, key: str, *choices: str, default: str | None = None) -> str | None:
        value = self.text(key, required=default is None) or default
        if value not in choices:
            raise bad_param(self._name(key), f"Invalid {self._name(key)}: must be one of {', '.join(choices)}")
        return value

    def whole(self, key: str, *, required: bool = False, least: int = 0) -> int | None:
        value = self._take(key, required)
        if value in (None, ""):
            return None
        if not (isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit()):
            raise bad_param(self._name(key), f"Invalid integer: {value}", "parameter_invalid_integer")
        if int(value) < least:
            message = f"This value must be greater than or equal to {least}."
            raise bad_param(self._name(key), message, "parameter_invalid_integer")
        return int(value)

    def truth(self, key: str, *, default: bool = False) -> bool:
        return {"true": True, "false": False}.get(str(self._take(key, False)).lower(), default)

    def url(self, key: str, *, required: bool = False) -> str | None:
        value = self.text(key, required=required)
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
            raise bad_param(self._name(key), "Not a valid URL", "url_invalid")
        return value

    def flat(self, key: str) -> dict[str, str]:
        """Metadata: up to 50 keys of 40 characters, values up to 500."""
        value = self._take(key, False) or {}
        if not isinstance(value, dict) or any(not isinstance(text, str) for text in value.values()):
            raise bad_param(self._name(key), "Invalid hash")
        for name, text in value.items():
            if len(name) > 40 or len(text) > 500 or len(value) > 50:
                raise bad_param(self._name(key), "Metadata: 50 keys of 40 characters, values of 500, at most.")
        return value

    def inner(self, key: str, *, required: bool = False) -> "Params":
        value = self._take(key, required) or {}
        if not isinstance(value, dict):
            raise bad_param(self._name(key), "Invalid object")
        params = Params(value, self._name(key))
        self._inner.append(params)
        return params

    def items(self, key: str, *, required: bool = False) -> list["Params"]:
        outer = self.inner(key, required=required)
        return [outer.inner(number) for number in list(outer._tree)]

    def texts(self, key: str) -> list[str]:
        return [str(value) for value in (self._take(key, False) or {}).values()]

    def finish(self) -> None:
        """Raises ApiError when a parameter was sent that this endpoint does not take."""
        for name in self._tree:
            raise unknown_param(self._name(name))
        for params in self._inner:
            params.finish()
