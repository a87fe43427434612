"""The attacks are made on the policy's own world, in which there is one of everything."""

from tests.integration.policy.conftest import asker

__all__ = ["asker"]
