"""The `paddock` command. A client of the engine's facade: parses arguments, prints results, decides nothing else."""
