"""Somebody leaves: what stands in the way, what goes, and what stays without their name. docs/rules/erasure.md."""
