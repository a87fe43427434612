"""Listings from other directories: Open Referral in its three common shapes, read as drafts.

`readers` turn a file or folder into raw services; `rules` understand one raw service and say what they could not;
`services` keep the result, once for each external id.
"""
