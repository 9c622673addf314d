"""The loopback endpoint: parse, one facade call, map the error, serialise. Must hold no logic of any capability."""
