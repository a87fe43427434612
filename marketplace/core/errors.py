"""The root of every refusal that a person can be told about in plain words."""


class DomainError(Exception):
    """Something the rules of the field do not allow; a view turns it into a sentence beside the form."""
