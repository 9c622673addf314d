"""The shape of a bank's own database: documents, their texts, chunks, vectors, and what keyvalue and graph banks hold.

It is the truth of a bank; the search index can be made from it at any time. Holds no queries.

A document's chunks belong to a generation. The live one is searched; a newer one is staged beside it while the document
is read again, and takes its place when all of its vectors are there.
"""

from __future__ import annotations

from app.engine.storage.connection import Connection
from app.engine.storage.migrations import migration

_TABLES = """
create table documents (
    number integer primary key autoincrement,
    id text not null unique,
    uri text not null,
    name text not null,
    file_id text,
    folder_id text,
    state text not null,
    done integer not null default 0,
    total integer not null default 0,
    size_bytes integer not null default 0,
    mtime_ns integer not null default 0,
    sha256 text not null default '',
    content text not null default '',
    same_as integer references documents (number) on delete set null,
    live integer,
    chunks integer not null default 0,
    staged integer,
    ocr integer not null default 0,
    body text not null,
    created_at real not null,
    updated_at real not null
);
create unique index documents_uri on documents (uri) where uri != '';
create index documents_state on documents (state);
create index documents_sha256 on documents (sha256) where sha256 != '';
create index documents_file on documents (file_id) where file_id is not null;
create index documents_folder on documents (folder_id) where folder_id is not null;
create index documents_same on documents (same_as) where same_as is not null;
create table parts (
    number integer primary key,
    document integer not null references documents (number) on delete cascade,
    generation integer not null,
    ordinal integer not null,
    page integer not null,
    label text not null,
    start integer not null,
    length integer not null,
    text text not null
);
create unique index parts_place on parts (document, generation, ordinal);
create table chunks (
    number integer primary key autoincrement,
    document integer not null references documents (number) on delete cascade,
    generation integer not null,
    ordinal integer not null,
    part integer not null references parts (number) on delete cascade,
    start integer not null,
    length integer not null,
    headings text not null,
    tokens integer not null,
    words integer not null,
    key blob not null
);
create unique index chunks_place on chunks (document, generation, ordinal);
create index chunks_part on chunks (part);
create index chunks_key on chunks (key);
create table vectors (key blob primary key, vector blob not null);
create table pending (chunk integer primary key references chunks (number) on delete cascade);
create table rekeyed (chunk integer primary key references chunks (number) on delete cascade, key blob not null);
create table folders (id text primary key, path text not null, body text not null) without rowid;
create table entries (key text primary key, value text not null, updated_at real not null) without rowid;
create table entities (
    number integer primary key, name text not null, folded text not null unique, kind text not null default ''
);
create table mentions (
    chunk integer not null references chunks (number) on delete cascade,
    entity integer not null references entities (number) on delete cascade,
    primary key (entity, chunk)
) without rowid;
create index mentions_chunk on mentions (chunk);
create table relations (
    source integer not null references entities (number) on delete cascade,
    target integer not null references entities (number) on delete cascade,
    kind text not null,
    chunk integer not null references chunks (number) on delete cascade,
    primary key (source, target, kind, chunk)
) without rowid;
create index relations_target on relations (target);
create index relations_chunk on relations (chunk);
create table facts (name text primary key, value text not null) without rowid
"""


@migration("bank_0001")
def create_tables(conn: Connection) -> None:
    """Create all tables of a bank."""
    for statement in _TABLES.split(";"):
        conn.execute(statement)


MIGRATIONS = (create_tables,)
