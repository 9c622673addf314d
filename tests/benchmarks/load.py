"""A lean streaming client: little work per token, so that on few cores it does not distort the server."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    """What one stream brought. Times are seconds since the request was sent."""

    first: float = 0.0
    seconds: float = 0.0
    tokens: int = 0
    arrivals: list[float] = field(default_factory=list)

    @property
    def longest_pause(self) -> float:
        """The longest time between two pieces."""
        gaps = [after - before for before, after in zip(self.arrivals, self.arrivals[1:], strict=False)]
        return max(gaps, default=0.0)


async def stream(port: int, path: str, body: dict[str, Any], key: str = "bench") -> Answer:
    """Send one request and read its stream to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    payload = json.dumps({**body, "stream": True}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    answer = Answer()
    began = time.perf_counter()
    writer.write(head.encode() + payload)
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"{status!r} {(await reader.read())[:500]!r}")
    while line := await reader.readline():
        if not line.startswith(b"data: {"):
            continue
        now = time.perf_counter() - began
        if b'"error"' in line:
            raise RuntimeError(line.decode())
        if _carries_text(line):
            answer.tokens += 1
            answer.first = answer.first or now
            answer.arrivals.append(now)
    answer.seconds = time.perf_counter() - began
    writer.close()
    return answer


def _carries_text(line: bytes) -> bool:
    choices = json.loads(line[6:]).get("choices") or [{}]
    return bool(choices[0].get("text") or (choices[0].get("delta") or {}).get("content"))


async def together(port: int, path: str, bodies: list[dict[str, Any]]) -> tuple[float, list[Answer]]:
    """Send all requests at once; returns the seconds until the last one ended, and the answers."""
    began = time.perf_counter()
    answers = await asyncio.gather(*(stream(port, path, body) for body in bodies))
    return time.perf_counter() - began, list(answers)
