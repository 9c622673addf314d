"""The safety page: the policy, a box to try it, and the log of every verdict."""
