"""Reads Stripe's published description and compares answers with it. Absent on a fresh clone: tests skip."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DESCRIPTIONS = Path(__file__).resolve().parents[4] / "shared" / "data" / "stripe"
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@cache
def schemas() -> dict[str, Any]:
    found = sorted(DESCRIPTIONS.glob("spec3_*.json.gz"))
    if not found:
        pytest.skip("Stripe's OpenAPI description is not here")
    with gzip.open(found[-1]) as file:
        return json.load(file)["components"]["schemas"]


def differences(thing: Any, name: str) -> list[str]:
    """What in `thing` is not as the schema called `name` says: missing, unknown, or of the wrong type."""
    return list(_compare(thing, {"$ref": f"#/components/schemas/{name}"}, name))


def _compare(value: Any, schema: dict[str, Any], at: str):
    if "$ref" in schema:
        schema = schemas()[schema["$ref"].rsplit("/", 1)[1]]
    if value is None:
        if not schema.get("nullable"):
            yield f"{at}: null is not allowed"
        return
    if "anyOf" in schema:
        tries = [list(_compare(value, option, at)) for option in schema["anyOf"]]
        yield from min(tries, key=len)
        return
    kind = schema.get("type", "object" if "properties" in schema else "")
    if kind and (not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{at}: {value!r} is not {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    if kind == "array":
        for number, item in enumerate(value):
            yield from _compare(item, schema.get("items", {}), f"{at}[{number}]")
    if kind == "object":
        known = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{at}.{name}: missing"
        for name, inner in value.items():
            if name in known:
                yield from _compare(inner, known[name], f"{at}.{name}")
            elif known and "additionalProperties" not in schema:
                yield f"{at}.{name}: unknown"
