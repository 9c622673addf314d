"""Prepares generations inside a model host: prompt text, tokens, grammar and sampler. Runs beside the decode thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.engine.domain.errors import InvalidRequest, TemplateFailed
from app.engine.domain.inference import Message
from app.engine.inference.llama_cpp.grammar import grammar_for
from app.engine.inference.llama_cpp.sampler import Sampler
from app.engine.inference.llama_cpp.vocabulary import Vocabulary
from app.engine.inference.llama_cpp.wire import ChatPrompt, Generate
from app.engine.inference.prompts.template import ChatTemplate
from app.engine.inference.prompts.tools import offered, with_tools_described

# Private-use characters stand for control token texts in a person's words until the template has run.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A generation that is ready to be scheduled."""

    command: Generate
    tokens: list[int]
    sampler: Sampler
    submitted: float


class Prompter:
    """Turns prompts into tokens for one model."""

    def __init__(self, vocabulary: Vocabulary, template: str | None, template_seconds: float) -> None:
        self._vocabulary = vocabulary
        self._source = template
        self._seconds = template_seconds
        self._template: ChatTemplate | None = None
        specials = sorted(vocabulary.special_texts, key=len, reverse=True)
        self._specials = re.compile("|".join(map(re.escape, specials))) if specials else None

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
        spoken: list[str] = []
        messages = tuple(self._neutralised(message, spoken) for message in prompt.messages)
        tools = offered(prompt.tools, prompt.tool_choice)
        if tools and not template.mentions_tools:
            messages, tools = with_tools_described(messages, tools), ()
        text = template.render(messages, tools)
        bos = self._vocabulary.bos_text
        wants_bos = self._vocabulary.adds_bos and not (bos and text.startswith(bos))
        return self._join(text, spoken, bos=wants_bos)

    def _neutralised(self, message: Message, spoken: list[str]) -> Message:
        """Hide control token texts in what people, documents and tools say: there they are only text."""
        if self._specials is None or not self._specials.search(message.content):
            return message

        def hide(found: re.Match[str]) -> str:
            spoken.append(found.group())
            return f"{_OPEN}{len(spoken) - 1}{_CLOSE}"

        return Message(
            role=message.role,
            content=self._specials.sub(hide, message.content),
            name=message.name,
            tool_calls=message.tool_calls,
            tool_call_id=message.tool_call_id,
        )

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
