"""The turn loop and the service around it. Must not know HTTP, windows or how a model computes."""
