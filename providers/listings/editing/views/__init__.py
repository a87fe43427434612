"""The pages on which a provider keeps what they offer."""
