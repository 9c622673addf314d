"""The models page: what is here, what can be had, and how it is loaded."""
