"""Llama Guard as a shield: prompts made here, verdicts read from probabilities. Nothing is generated."""
