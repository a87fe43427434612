"""The record of what happened, which webhooks repeat."""

from ..call import Call
from ..store import Thing


def retrieve(call: Call) -> Thing:
    return call.records.get("event", call.ids[0], call.account)


def list_all(call: Call) -> Thing:
    return call.listed("event")
