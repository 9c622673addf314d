"""Events reach every listener, and notices of the start wait for the first one."""

from __future__ import annotations

from app.engine.domain.events import EngineEvent, EventBus, ModelsChanged, NoticeRaised


def notice(topic: str, message: str = "") -> NoticeRaised:
    return NoticeRaised(topic, "warning", message)


def test_listeners_hear_until_they_leave() -> None:
    bus, heard = EventBus(), list[EngineEvent]()
    leave = bus.subscribe(heard.append)
    bus.publish(ModelsChanged())
    leave()
    leave()
    bus.publish(ModelsChanged())
    assert heard == [ModelsChanged()]


def test_notices_of_the_start_wait_for_the_first_listener_only() -> None:
    bus, first, second = EventBus(), list[EngineEvent](), list[EngineEvent]()
    bus.publish(notice("keychain", "old"))
    bus.publish(ModelsChanged())
    bus.publish(notice("keychain", "new"))
    bus.publish(notice("endpoint"))
    bus.subscribe(first.append)
    bus.subscribe(second.append)
    assert first == [notice("keychain", "new"), notice("endpoint")]
    assert second == []
