"""Prepares generations inside a model host: prompt text, tokens, grammar and sampler. Runs beside the decode thread."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from app.engine.domain.errors import InvalidRequest, TemplateFailed
from app.engine.domain.inference import PromptPart
from app.engine.inference.llama_cpp.grammar import grammar_for
from app.engine.inference.llama_cpp.sampler import Sampler
from app.engine.inference.llama_cpp.vocabulary import Vocabulary
from app.engine.inference.llama_cpp.wire import ChatPrompt, Classify, CountTokens, Generate
from app.engine.inference.prompts.template import ChatTemplate
from app.engine.inference.prompts.tools import offered, with_tools_described

# Private-use characters stand for control token texts in a person's words until the template has run.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_Value = TypeVar("_Value")
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A generation that is ready to be scheduled."""

    command: Generate
    tokens: list[int]
    sampler: Sampler
    submitted: float


@dataclass(frozen=True, slots=True)
class PreparedChoice:
    """A classification that is ready to be scheduled; `choices` are token ids."""

    command: Classify
    tokens: list[int]
    choices: list[int]


class Prompter:
    """Turns prompts into tokens for one model."""

    def __init__(self, vocabulary: Vocabulary, template: str | None, template_seconds: float) -> None:
        self._vocabulary = vocabulary
        self._source = template
        self._seconds = template_seconds
        self._template: ChatTemplate | None = None
        # The marks themselves count as special: a person may type them too.
        specials = sorted({*vocabulary.special_texts, _OPEN, _CLOSE}, key=len, reverse=True)
        self._specials = re.compile("|".join(map(re.escape, specials)))

    @property
    def has_template(self) -> bool:
        """Whether the model brings a chat template."""
        return self._source is not None

    def prepare(self, command: Generate, submitted: float) -> Prepared:
        """Return tokens and sampler of a generation; raises InvalidRequest and its kin."""
        self._check_bias(command)
        tokens = self.tokens(command.prompt)
        if not tokens:
            raise InvalidRequest("The prompt is empty.", param="prompt")
        grammar = grammar_for(command.response_format, command.prompt)
        return Prepared(command, tokens, Sampler(self._vocabulary, command.sampling, grammar), submitted)

    def prepare_choice(self, command: Classify) -> PreparedChoice:
        """Return the tokens of a classification; raises InvalidRequest for a choice that is not one token."""
        choices = [self._one_token(choice) for choice in command.choices]
        tokens = self.part_tokens(command.prompt)
        if not tokens or not choices:
            raise InvalidRequest("A classification needs a prompt and choices.", param="prompt")
        return PreparedChoice(command, tokens, choices)

    def count(self, command: CountTokens) -> int:
        """Return the length of a conversation or of raw pieces."""
        return len(self.tokens(command.prompt) if command.prompt is not None else self.part_tokens(command.parts))

    def part_tokens(self, parts: tuple[PromptPart, ...]) -> list[int]:
        """Return the tokens of raw pieces; nothing is put before or between them."""
        first, rest = parts[:1], parts[1:]
        tokens = [token for part in first for token in self._vocabulary.tokenize(part.text, special=part.special)]
        return tokens + [
            token for part in rest for token in self._vocabulary.continued(part.text, special=part.special)
        ]

    def _one_token(self, choice: str) -> int:
        """Return a choice's token: as a word of its own, or else as the end of one, where a model tells these apart."""
        tokens = self._vocabulary.tokenize(choice, special=False)
        if len(tokens) != 1:
            tokens = self._vocabulary.continued(choice, special=False)
        if len(tokens) != 1:
            raise InvalidRequest(f"“{choice}” is {len(tokens)} tokens of this model, not one.", param="choices")
        return tokens[0]

    def tokens(self, prompt: ChatPrompt | str | tuple[int, ...]) -> list[int]:
        """Return the tokens of any kind of prompt."""
        match prompt:
            case ChatPrompt():
                return self._chat_tokens(prompt)
            case str():
                return self._vocabulary.tokenize(prompt, special=False, bos=True)
            case _:
                return self._checked(prompt)

    def _chat_tokens(self, prompt: ChatPrompt) -> list[int]:
        template = self._compiled()
        hidden = _Hidden(self._specials)
        messages = hidden.all(prompt.messages)
        tools = hidden.all(offered(prompt.tools, prompt.tool_choice))
        if tools and not template.mentions_tools:
            messages, tools = with_tools_described(messages, tools), ()
        text = template.render(messages, tools)
        bos = self._vocabulary.bos_text
        wants_bos = self._vocabulary.adds_bos and not (bos and text.startswith(bos))
        return self._join(text, hidden.texts, bos=wants_bos)

    def _join(self, text: str, spoken: list[str], *, bos: bool) -> list[int]:
        if not spoken:
            return self._vocabulary.tokenize(text, special=True, bos=bos)
        tokens: list[int] = []
        for index, part in enumerate(_MARK.split(text)):
            if index % 2:
                hidden = int(part)
                literal = spoken[hidden] if hidden < len(spoken) else part
                tokens += self._vocabulary.tokenize(literal, special=False)
            elif part or index == 0:
                tokens += self._vocabulary.tokenize(part, special=True, bos=bos and index == 0)
        return tokens

    def _compiled(self) -> ChatTemplate:
        if self._source is None:
            raise TemplateFailed(
                "This model has no chat template, so it cannot chat.",
                hint="Use raw completions, or a file of this model made for chat.",
                param="model",
            )
        if self._template is None:
            bos, eos = self._vocabulary.bos_text, self._vocabulary.eos_text
            self._template = ChatTemplate(self._source, bos=bos, eos=eos, seconds=self._seconds)
        return self._template

    def _checked(self, prompt: tuple[int, ...]) -> list[int]:
        unknown = next((token for token in prompt if not 0 <= token < self._vocabulary.size), None)
        if unknown is not None:
            raise InvalidRequest(
                f"Token {unknown} is not in the vocabulary of {self._vocabulary.size} tokens.", param="prompt"
            )
        return list(prompt)

    def _check_bias(self, command: Generate) -> None:
        unknown = next((t for t in command.sampling.logit_bias if not 0 <= t < self._vocabulary.size), None)
        if unknown is not None:
            raise InvalidRequest(f"logit_bias names the unknown token {unknown}.", param="logit_bias")


class _Hidden:
    """Hides control token texts in all that people, documents, tools and earlier answers say: there they are only text.

    `texts` are what was hidden, in the order of the numbers in their marks.
    """

    def __init__(self, specials: re.Pattern[str]) -> None:
        self._specials = specials
        self.texts: list[str] = []

    def all(self, values: tuple[_Value, ...]) -> tuple[_Value, ...]:
        """Return messages or tools without control token texts; roles stay what they are."""
        return tuple(self._value(value) for value in values)

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self._specials.sub(self._mark, value)
            case dict():
                return {self._value(key): self._value(part) for key, part in value.items()}
            case list() | tuple():
                return type(value)(self._value(part) for part in value)
            case msgspec.Struct():
                fields = {name: self._field(name, getattr(value, name)) for name in value.__struct_fields__}
                return msgspec.structs.replace(value, **fields)
            case _:
                return value

    def _field(self, name: str, value: Any) -> Any:
        if name == "arguments":
            return self._arguments(value)
        return self._value(value)

    def _arguments(self, text: str) -> str:
        """Hide in JSON text as it will read once it is parsed: escapes may spell a control token too."""
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            return str(self._value(text))
        before = len(self.texts)
        hidden = self._value(parsed)
        return text if len(self.texts) == before else json.dumps(hidden, ensure_ascii=False)

    def _mark(self, found: re.Match[str]) -> str:
        self.texts.append(found.group())
        return f"{_OPEN}{len(self.texts) - 1}{_CLOSE}"
