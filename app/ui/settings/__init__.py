"""The settings page, drawn from the schema in `app.engine.domain.settings`."""
