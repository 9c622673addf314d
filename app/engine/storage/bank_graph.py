"""The entities and relations of a graph bank. Finds none of them itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from app.engine.domain.memory import Entity, Relation
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

Fold = Callable[[str], str]


class GraphRow(Struct, frozen=True, kw_only=True):
    """What one chunk says: entities as (name, kind), relations as (source, target, kind)."""

    chunk: int
    entities: tuple[tuple[str, str], ...]
    relations: tuple[tuple[str, str, str], ...]


class GraphStore:
    """Reads and writes the graph of one bank. `fold` gives a name as it is compared."""

    def __init__(self, database: Database, fold: Fold) -> None:
        self._db = database
        self._fold = fold

    async def put(self, rows: Sequence[GraphRow]) -> int:
        """Add what chunks say; returns how many relations are new."""
        return await self._db.write(lambda conn: sum(self._put(conn, row) for row in rows))

    def _put(self, conn: Connection, row: GraphRow) -> int:
        if not list(conn.query("select 1 from chunks where number = ?", [row.chunk])):
            return 0
        numbers = {name: self._number(conn, name, kind) for name, kind in row.entities}
        conn.conn.executemany(
            "insert or ignore into mentions (chunk, entity) values (?, ?)",
            [(row.chunk, each) for each in numbers.values()],
        )
        added = 0
        for source, target, kind in row.relations:
            ends = [numbers.get(name) or self._number(conn, name, "") for name in (source, target)]
            added += conn.conn.execute(
                "insert or ignore into relations (source, target, kind, chunk) values (?, ?, ?, ?)",
                (*ends, kind, row.chunk),
            ).rowcount
        return added

    def _number(self, conn: Connection, name: str, kind: str) -> int:
        folded = self._fold(name)
        conn.execute("insert or ignore into entities (name, folded, kind) values (?, ?, ?)", [name, folded, kind])
        return int(next(conn.query("select number from entities where folded = ?", [folded]))["number"])

    async def unread(self, limit: int) -> tuple[tuple[int, str, str], ...]:
        """Return live chunks (number, headings as JSON, text) that no entity mentions yet, by number."""
        query = """
            select chunks.number, chunks.headings,
                   substr(parts.text, chunks.start - parts.start + 1, chunks.length) as text
            from chunks join parts on parts.number = chunks.part join documents on documents.number = chunks.document
            where chunks.generation = documents.live
              and chunks.number > coalesce((select cast(value as integer) from facts where name = 'graph_read'), 0)
            order by chunks.number limit ?
        """
        rows = await self._db.read(lambda conn: list(conn.query(query, [limit])))
        return tuple((row["number"], row["headings"], row["text"]) for row in rows)

    async def find(self, names: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of entities of these names, whole or as whole words of longer names."""
        wanted = [self._fold(name) for name in names]

        def read(conn: Connection) -> tuple[int, ...]:
            found: dict[int, None] = {}
            for name in wanted:
                rows = conn.query(
                    "select number from entities where folded = ? or instr(' ' || folded || ' ', ' ' || ? || ' ') > 0 "
                    "order by length(folded) limit 10",
                    [name, name],
                )
                found.update(dict.fromkeys(row["number"] for row in rows))
            return tuple(found)

        return await self._db.read(read)

    async def around(self, entities: Sequence[int], depth: int, limit: int) -> tuple[int, ...]:
        """Return entities within `depth` relations, nearest and most often seen first."""

        def read(conn: Connection) -> tuple[int, ...]:
            seen = dict.fromkeys(entities)
            edge = list(entities)
            for _step in range(depth):
                edge = [number for number in _next(conn, edge, limit) if number not in seen]
                seen.update(dict.fromkeys(edge))
                if len(seen) >= limit or not edge:
                    break
            return tuple(seen)[:limit]

        return await self._db.read(read)

    async def entities(self, numbers: Sequence[int]) -> tuple[Entity, ...]:
        """Return entities in the order of their numbers as given."""
        query = f"""
            select number, name, kind, (select count(*) from mentions where entity = number) as mentions
            from entities where number in ({_marks(numbers)})
        """
        rows = await self._db.read(lambda conn: list(conn.query(query, list(numbers))))
        found = {row["number"]: Entity(name=row["name"], kind=row["kind"], mentions=row["mentions"]) for row in rows}
        return tuple(found[number] for number in numbers if number in found)

    async def relations(self, numbers: Sequence[int], limit: int) -> tuple[Relation, ...]:
        """Return the relations among entities, most often seen first."""
        query = f"""
            select source.name as source, target.name as target, relations.kind, count(*) as weight
            from relations join entities source on source.number = relations.source
            join entities target on target.number = relations.target
            where relations.source in ({_marks(numbers)}) and relations.target in ({_marks(numbers)})
            group by 1, 2, 3 order by weight desc, 1, 2 limit ?
        """
        values: list[Any] = [*numbers, *numbers, limit]
        rows = await self._db.read(lambda conn: list(conn.query(query, values)))
        return tuple(Relation(**row) for row in rows)

    async def passages(self, numbers: Sequence[int], limit: int) -> tuple[int, ...]:
        """Return live chunks that mention most of the entities, those named first counting more."""
        weights = " ".join(f"when {int(number)} then {len(numbers) - place}" for place, number in enumerate(numbers))
        query = f"""
            select mentions.chunk, sum(case mentions.entity {weights} else 0 end) as weight from mentions
            join chunks on chunks.number = mentions.chunk join documents on documents.number = chunks.document
            where mentions.entity in ({_marks(numbers)}) and chunks.generation = documents.live
            group by mentions.chunk order by weight desc, mentions.chunk limit ?
        """
        rows = await self._db.read(lambda conn: list(conn.query(query, [*numbers, limit])) if numbers else [])
        return tuple(row["chunk"] for row in rows)


def _next(conn: Connection, edge: Sequence[int], limit: int) -> list[int]:
    marks = _marks(edge)
    query = f"""
        select other, count(*) as weight from (
            select target as other from relations where source in ({marks})
            union all select source from relations where target in ({marks})
        ) group by other order by weight desc, other limit ?
    """
    return [row["other"] for row in conn.query(query, [*edge, *edge, limit])]


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values)) or "null"
