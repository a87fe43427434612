"""A stateful twin of the part of Stripe that we use: same requests, same answers, practice money."""
