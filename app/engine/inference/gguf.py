"""What a GGUF file says about its model, checked before anything is loaded. Reads the header only.

Every number is from an untrusted file; `gguf_reader` bounds them. Must not import llama_cpp.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from app.engine.domain.errors import GgufInvalid
from app.engine.domain.models import Purpose
from app.engine.inference.gguf_reader import DAMAGED, RawHeader, TensorInfo, Value, read_raw
from app.engine.inference.gguf_tables import (
    ARCHITECTURES,
    EMBEDDING_ARCHITECTURES,
    FILE_TYPES,
    LLAMA_FAMILY,
    MAX_LAYERS,
)

_BLOCK = re.compile(r"blk\.(\d{1,4})\.")
_GUESSED = 1024
_LONGEST_NAME = 200


class GgufHeader(Struct, frozen=True, kw_only=True):
    """The facts of one model file.

    `kv_heads` has one number per layer, `block_bytes` the weight bytes of each layer, `other_bytes` those of
    embedding and output. `key_length` and `value_length` are elements per head. Token ids are None where the file
    leaves them out. `note` is something a person should know, empty for a Llama model.
    """

    architecture: str
    name: str
    parameters: int
    quantisation: str
    dominant_type: str
    context_length: int
    embedding_length: int
    layers: int
    heads: int
    kv_heads: tuple[int, ...]
    key_length: int
    value_length: int
    vocab_size: int
    chat_template: str | None
    licence: str
    size_bytes: int
    tensor_bytes: int
    block_bytes: tuple[int, ...]
    other_bytes: int
    bos_id: int | None = None
    eos_id: int | None = None
    eot_id: int | None = None
    purpose: Purpose = "chat"
    note: str = ""


def read_header(path: Path) -> GgufHeader:
    """Read and check a file, blocking; raises GgufInvalid that says in plain words what is wrong."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            raw = read_raw(file, size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise GgufInvalid(f"{path.name} cannot be read: {reason}.", hint="Check that the file is there.") from error
    except GgufInvalid as error:
        raise GgufInvalid(f"{path.name}: {error.message}", hint=error.hint) from error
    return _Facts(raw, path).header(size)


class _Facts:
    """Typed access to the metadata of one file, with errors that name the file."""

    def __init__(self, raw: RawHeader, path: Path) -> None:
        self._raw = raw
        self._path = path
        self._architecture = ""

    def header(self, size: int) -> GgufHeader:
        """Return the checked facts."""
        self._architecture = self._checked_architecture()
        self._refuse_parts()
        layers = self._count("block_count", most=MAX_LAYERS)
        embedding = self._count("embedding_length", most=1 << 24)
        heads = max(self._per_layer("attention.head_count", layers, (0,) * layers), default=0)
        head_length = embedding // heads if heads else 0
        blocks, other = self._bytes_per_block(layers)
        dominant = self._dominant_type()
        template = self._text("tokenizer.chat_template")
        return GgufHeader(
            architecture=self._architecture,
            name=_printable(self._text("general.name") or self._path.stem),
            parameters=sum(tensor.elements for tensor in self._raw.tensors),
            quantisation=self._quantisation(dominant),
            dominant_type=dominant,
            context_length=self._count("context_length", most=1 << 31),
            embedding_length=embedding,
            layers=layers,
            heads=heads,
            kv_heads=self._per_layer("attention.head_count_kv", layers, (heads,) * layers),
            key_length=self._optional(self._own("attention.key_length"), most=1 << 16) or head_length,
            value_length=self._optional(self._own("attention.value_length"), most=1 << 16) or head_length,
            vocab_size=self._optional(self._own("vocab_size")) or self._raw.arrays.get("tokenizer.ggml.tokens", 0),
            chat_template=template or None,
            licence=_printable(self._text("general.license")),
            size_bytes=size,
            tensor_bytes=sum(tensor.size_bytes for tensor in self._raw.tensors),
            block_bytes=blocks,
            other_bytes=other,
            bos_id=self._optional("tokenizer.ggml.bos_token_id"),
            eos_id=self._optional("tokenizer.ggml.eos_token_id"),
            eot_id=self._optional("tokenizer.ggml.eot_token_id"),
            purpose=self._purpose(template),
            note=self._note(),
        )

    def _refuse(self, message: str, hint: str = DAMAGED) -> NoReturn:
        raise GgufInvalid(f"{self._path.name}: {message}", hint=hint)

    def _checked_architecture(self) -> str:
        found = self._text("general.architecture")
        if not found:
            self._refuse("The file does not say what kind of model it holds.")
        if found == "clip" or self._text("general.type") == "mmproj":
            self._refuse("This is the image part of a model, not a model.", "Choose the model's main file.")
        if self._text("general.type") == "adapter":
            self._refuse("This is a LoRA adapter, not a model.", "Choose the model it was made for.")
        if found not in ARCHITECTURES:
            self._refuse(
                f"The architecture “{_printable(found)}” is unknown to the llama.cpp in this Paddock.",
                "Choose a Llama model, or look for a newer Paddock.",
            )
        return found

    def _refuse_parts(self) -> None:
        parts = self._optional("split.count") or 0
        if parts > 1:
            number = (self._optional("split.no") or 0) + 1
            self._refuse(
                f"This is part {number} of a model that was split into {parts} files.",
                "Join the parts with llama-gguf-split --merge, or choose a file that is not split.",
            )
        if not any(tensor.name == "token_embd.weight" for tensor in self._raw.tensors):
            self._refuse("The file holds no usable weights.", "Choose the model's main file.")

    def _own(self, key: str) -> str:
        return f"{self._architecture}.{key}"

    def _value(self, key: str) -> Value:
        return self._raw.values.get(key)

    def _text(self, key: str) -> str:
        value = self._value(key)
        return value if isinstance(value, str) else ""

    def _optional(self, key: str, *, most: int = 1 << 31) -> int | None:
        value = self._value(key)
        if value is None or isinstance(value, tuple):
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not -1 <= value <= most:
            self._refuse(f"The value of “{key}” ({str(value)[:40]}) cannot be.")
        return value

    def _count(self, key: str, *, most: int) -> int:
        value = self._optional(self._own(key), most=most)
        if value is None or value < 1:
            self._refuse(f"The file does not give a usable “{self._own(key)}”.")
        return value

    def _per_layer(self, key: str, layers: int, default: tuple[int, ...]) -> tuple[int, ...]:
        value = self._value(self._own(key))
        if value is None:
            return default
        numbers = value if isinstance(value, tuple) else (value,) * layers
        whole = tuple(number for number in numbers if isinstance(number, int) and 0 <= number <= 1 << 16)
        if len(whole) != layers:
            self._refuse(f"The value of “{self._own(key)}” cannot be.")
        return whole

    def _bytes_per_block(self, layers: int) -> tuple[tuple[int, ...], int]:
        blocks, other = [0] * layers, 0
        for tensor in self._raw.tensors:
            found = _BLOCK.match(tensor.name)
            if found and int(found[1]) < layers:
                blocks[int(found[1])] += tensor.size_bytes
            else:
                other += tensor.size_bytes
        return tuple(blocks), other

    def _dominant_type(self) -> str:
        share: dict[str, int] = {}
        for tensor in self._raw.tensors:
            share[tensor.type.name] = share.get(tensor.type.name, 0) + tensor.elements
        return max(share, key=lambda name: share[name])

    def _quantisation(self, dominant: str) -> str:
        number = self._optional("general.file_type")
        return dominant if number is None else FILE_TYPES.get(number & ~_GUESSED, dominant)

    def _purpose(self, template: str) -> Purpose:
        pooling = self._value(self._own("pooling_type"))
        if self._architecture in EMBEDDING_ARCHITECTURES or pooling not in (None, 0):
            return "embedding"
        names = f"{self._text('general.name')} {self._text('general.basename')} {self._path.name}".lower()
        if re.search(r"llama[-_ ]?guard", names):
            return "guard"
        return "chat" if template else "base"

    def _note(self) -> str:
        if self._architecture in LLAMA_FAMILY:
            return ""
        return f"Paddock is made for Llama models; this one is “{self._architecture}” and may behave differently."


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:_LONGEST_NAME]


__all__ = ["GgufHeader", "TensorInfo", "read_header"]
