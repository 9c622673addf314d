"""Models and what runs them: library, hub, model hosts, prompts, remote providers. Must not know sessions or clients."""
