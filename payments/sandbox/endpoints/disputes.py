"""Disputes: a person's bank takes money back and asks why it should not."""

from ..call import Call
from ..errors import ApiError
from ..shapes.afterwards import EVIDENCE
from ..store import Thing


def retrieve(call: Call) -> Thing:
    return call.records.get("dispute", call.ids[0], call.account)


def list_all(call: Call) -> Thing:
    parent = call.params.text("charge") or ""
    intent = call.params.text("payment_intent")
    if intent:
        parent = call.records.get("payment_intent", intent, call.account)["latest_charge"] or intent
    return call.listed("dispute", parent=parent)


def update(call: Call) -> Thing:
    """Evidence, kept or sent to the bank."""
    dispute = retrieve(call)
    given = call.params.inner("evidence")
    evidence = {name: words for name in EVIDENCE if (words := given.text(name, most=20_000)) is not None}
    send = call.params.truth("submit", default=True)
    call.params.finish()
    if dispute["status"] not in {"needs_response", "warning_needs_response"}:
        raise ApiError("This dispute is already closed.", code="dispute_closed")
    dispute["evidence"] |= evidence
    dispute["evidence_details"] |= {"has_evidence": bool(evidence)}
    if send:
        dispute["status"] = "under_review"
        dispute["evidence_details"]["submission_count"] += 1
    call.records.save(dispute)
    call.records.emit("charge.dispute.updated", dispute, account=call.account)
    return dispute
