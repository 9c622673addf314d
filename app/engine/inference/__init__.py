"""Models and what runs them: library, hub, hosts, prompts, remote providers. Must not know sessions or clients."""
