"""Asks the Hugging Face Hub what it has, through huggingface_hub. Downloads nothing; `transfer.py` does.

The address is the setting, else HF_ENDPOINT, else huggingface.co. Only a token given here is ever sent.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from app.engine.domain.errors import AccessDenied, DownloadFailed, HubUnreachable, InvalidRequest, NotFound
from app.engine.domain.models import HubFile, HubModel
from app.engine.domain.settings import Settings

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

T = TypeVar("T")

DEFAULT_ENDPOINT = "https://huggingface.co"
_REPO = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_FILE = re.compile(r"(?:[\w+ -][\w.+ -]{0,199}/){0,4}[\w+ -][\w.+ -]{0,199}\.gguf", re.IGNORECASE)
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_PROJECTOR = re.compile(r"(^|/)mmproj", re.IGNORECASE)
WEIGHTS = "model.safetensors"
# What a folder of a transformer model holds beside its weights; the last three may be absent.
_NEEDED = ("config.json", "tokenizer.json")
_COMPANIONS = (*_NEEDED, "modules.json", "sentence_bert_config.json", "1_Pooling/config.json")


class RemoteFile(Struct, frozen=True, kw_only=True):
    """One file of one commit. `url` is pinned to `revision`, so its content can never change; `sha256` may be empty.

    `blob_id` is what Git calls the content of a small file: SHA-1 of its length and its bytes.
    """

    repo: str
    file: str
    revision: str
    url: str
    size_bytes: int
    sha256: str = ""
    licence: str = ""
    blob_id: str = ""


class Hub:
    """Search and metadata. `settings` gives address and time limit, `token` the hub token or None."""

    def __init__(self, settings: Callable[[], Settings], token: Callable[[], Awaitable[str | None]]) -> None:
        self._settings = settings
        self._token = token

    @property
    def endpoint(self) -> str:
        """The hub's address, without a slash at the end."""
        return (self._settings().hub_endpoint or os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")

    async def token(self) -> str | None:
        """Return the token to send with requests to the hub, or None."""
        return await self._token()

    async def search(self, query: str, *, limit: int = 20) -> tuple[HubModel, ...]:
        """Find GGUF repositories, the most downloaded first; raises HubUnreachable."""

        def ask(api: HfApi) -> tuple[HubModel, ...]:
            found = api.list_models(search=query, filter="gguf", sort="downloads", limit=limit, full=True)
            return tuple(_hub_model(info) for info in found)

        return await self._ask(ask, query)

    async def files(self, repo: str) -> HubModel:
        """Return a repository with its GGUF files; raises AccessDenied, NotFound, HubUnreachable."""
        return _hub_model(await self._info(repo))

    async def resolve(self, repo: str, file: str) -> RemoteFile:
        """Pin a file to the commit it has now; raises AccessDenied, NotFound, HubUnreachable."""
        if not _FILE.fullmatch(file) or ".." in file:
            raise InvalidRequest(f"“{file}” is no name of a GGUF file.", param="file")
        info = await self._info(repo)
        if file not in _names(info):
            raise NotFound(f"“{repo}” has no file “{file}”.", hint="See the list of its files.", param="file")
        return self._pinned(info, repo, file)

    async def resolve_folder(self, repo: str) -> tuple[RemoteFile, ...]:
        """Pin the files of a transformer model to one commit, its weights first; raises like `resolve`."""
        info = await self._info(repo)
        names = _names(info)
        lacking = [name for name in (WEIGHTS, *_NEEDED) if name not in names]
        if lacking:
            raise InvalidRequest(
                f"“{repo}” cannot be used for embeddings: it has no {' and no '.join(lacking)}.",
                hint="Choose a repository with model.safetensors, config.json and tokenizer.json.",
                param="repo",
            )
        return tuple(self._pinned(info, repo, name) for name in (WEIGHTS, *_COMPANIONS) if name in names)

    def _pinned(self, info: ModelInfo, repo: str, file: str) -> RemoteFile:
        from huggingface_hub import hf_hub_url

        sibling = next(each for each in info.siblings or () if each.rfilename == file)
        return RemoteFile(
            repo=repo,
            file=file,
            revision=str(info.sha),
            url=hf_hub_url(repo, file, revision=info.sha, endpoint=self.endpoint),
            size_bytes=sibling.size or 0,
            sha256=_sha256(sibling),
            licence=_licence(info),
            blob_id="" if sibling.lfs else sibling.blob_id or "",
        )

    async def _info(self, repo: str) -> ModelInfo:
        check_repo(repo)
        return await self._ask(lambda api: api.model_info(repo, files_metadata=True), repo)

    async def _ask(self, call: Callable[[HfApi], T], what: str) -> T:
        token = await self._token()
        endpoint, seconds = self.endpoint, self._settings().network_seconds
        return await asyncio.to_thread(_call, call, endpoint, token, seconds, what)


def check_repo(repo: str) -> None:
    """Raise InvalidRequest for what cannot be the name of a repository."""
    if not _REPO.fullmatch(repo) or ".." in repo:
        raise InvalidRequest(f"“{repo}” is no repository; it has the form owner/name.", param="repo")


def _call(call: Callable[[HfApi], T], endpoint: str, token: str | None, seconds: float, what: str) -> T:
    # Imported late and off the loop: it takes a third of a second.
    from huggingface_hub import HfApi, get_session
    from huggingface_hub.errors import HfHubHTTPError

    session: Any = get_session()
    session.timeout = seconds
    try:
        # A hub that is away is found out at once this way; the listing itself would retry for half a minute.
        session.head(endpoint, follow_redirects=False)
        return call(HfApi(endpoint=endpoint, token=token or False, library_name="paddock"))
    except HfHubHTTPError as error:
        raise from_status(error.response.status_code, what, f"{endpoint}/{what}", bool(token)) from error
    except _network_errors(HfHubHTTPError) as error:
        raise HubUnreachable(
            f"The hub at {endpoint} cannot be reached ({type(error).__name__}).",
            hint="Check the network; what is installed works without it.",
        ) from error


def _network_errors(hub_error: type[Exception]) -> tuple[type[Exception], ...]:
    """Return the bases of the hub's own error: OSError, and the root of whatever HTTP library its version uses."""
    return tuple(base for base in hub_error.__bases__ if issubclass(base, Exception))


def from_status(status: int, what: str, page: str, has_token: bool) -> DownloadFailed | NotFound:
    """Return the error for an HTTP status of the hub, with what the person can do. `page` is shown as a link."""
    if status in (401, 403):
        token = "the token may lack access" if has_token else "set a token in the settings"
        return AccessDenied(
            f"The hub refuses access to {what} ({status}).",
            hint=f"Accept the licence at {page} and then try again; {token}.",
        )
    if status == 404:
        return NotFound(f"The hub has no {what}.", hint="Check the name.", param="repo")
    return HubUnreachable(f"The hub answered {status} for {what}.", hint="Try again in a while.")


def _hub_model(info: ModelInfo) -> HubModel:
    return HubModel(
        repo=info.id,
        author=info.author or info.id.partition("/")[0],
        downloads=info.downloads or 0,
        likes=info.likes or 0,
        gated=bool(info.gated),
        licence=_licence(info),
        updated_at=info.last_modified.isoformat() if info.last_modified else "",
        files=tuple(
            HubFile(name=each.rfilename, size_bytes=each.size or 0, sha256=_sha256(each))
            for each in info.siblings or ()
            if _is_model_file(each.rfilename)
        ),
    )


def _names(info: ModelInfo) -> set[str]:
    """Return the files of a commit, none where the hub names no commit."""
    return {each.rfilename for each in info.siblings or ()} if info.sha else set()


def _is_model_file(name: str) -> bool:
    return bool(_FILE.fullmatch(name)) and not _PART.search(name) and not _PROJECTOR.search(name)


def _sha256(sibling: RepoSibling) -> str:
    return sibling.lfs.sha256 if sibling.lfs else ""


def _licence(info: ModelInfo) -> str:
    return next((tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:")), "")
