"""The chat page."""

from __future__ import annotations

from app.ui.bridge.client import EngineClient
from app.ui.widgets.page import PageWidget


class ChatPage(PageWidget):
    """Chats beside the conversation."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("Chat")
        self.client = client
