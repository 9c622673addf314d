"""Shields and the chain that runs them, under the policy of the person. Must not know who asks or how turns run."""
