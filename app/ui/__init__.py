"""The window: Qt Widgets over the bridge. Must not call the engine except through `app.ui.bridge`."""
