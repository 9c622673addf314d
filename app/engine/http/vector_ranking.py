"""From what a search's body asks for to the domain's search requests, one a query. Pure.

Rankers go by Llama Stack's names (`rrf`, `weighted`, `neural`) and OpenAI's (`auto`, `none`, `default-…`), as a text or
an object. The weights of both legs may come as `weights`, as OpenAI's `hybrid_search`, or as `alpha` of `weighted`.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.memory import Hit, SearchRequest
from app.engine.http.vector_filters import filter_of
from app.engine.http.vector_wire import Ranker, RankingOptions, SearchBody

PLAIN_RANKERS = ("auto", "none", "default", "default-2024-11-15", "default_2024_08_21", "default-2024-08-21")
RANKERS = (*PLAIN_RANKERS, "rrf", "weighted", "neural")
_PARAMS = ("alpha", "impact_factor", "model")


def search_requests(body: SearchBody) -> list[SearchRequest]:
    """Return one request a query; raises InvalidRequest, and UnsupportedParameter for what is not done here."""
    if body.rewrite_query:
        raise UnsupportedParameter("Queries are not rewritten; leave out “rewrite_query”.", param="rewrite_query")
    queries = [body.query] if isinstance(body.query, str) else body.query
    common = SearchRequest(
        query="",
        mode=body.search_mode or "hybrid",
        limit=body.max_num_results or 10,
        filter=filter_of(body.filters),
        **ranking(body.ranking_options, "ranking_options"),
    )
    return [msgspec.structs.replace(common, query=query) for query in queries]


def ranking(options: RankingOptions | None, param: str) -> dict[str, Any]:
    """Return the fields of a SearchRequest that ranking options set; raises InvalidRequest that names the field."""
    if options is None:
        return {}
    fields: dict[str, Any] = {}
    if options.score_threshold is not None:
        fields["min_score"] = options.score_threshold
    name, params = _ranker(options, param)
    fields |= _ranked(name, params, param)
    if options.weights is not None:
        fields |= {"vector_weight": options.weights.vector, "keyword_weight": options.weights.keyword}
    if options.hybrid_search is not None:
        weights = options.hybrid_search
        fields |= {"vector_weight": weights.embedding_weight, "keyword_weight": weights.text_weight}
    given = [fields.get("vector_weight"), fields.get("keyword_weight")]
    if given == [0, 0]:
        raise InvalidRequest("One of the weights is more than 0.", param=f"{param}.weights")
    return fields


def _ranker(options: RankingOptions, param: str) -> tuple[str, dict[str, Any]]:
    beside = {name: getattr(options, name) for name in _PARAMS}
    ranker = options.ranker
    if not isinstance(ranker, Ranker):
        return ranker or "auto", {name: value for name, value in beside.items() if value is not None}
    own = {name: getattr(ranker, name) for name in _PARAMS}
    for name in ranker.params or {}:
        if name not in _PARAMS:
            where = f"{param}.ranker.params.{name}"
            raise UnsupportedParameter(f"The parameter “{where}” is not supported.", param=where)
    joined = {**beside, **{key: value for key, value in own.items() if value is not None}, **(ranker.params or {})}
    return ranker.type, {name: value for name, value in joined.items() if value is not None}


def _ranked(name: str, params: dict[str, Any], param: str) -> dict[str, Any]:
    if name not in RANKERS:
        raise InvalidRequest(f"The ranker is one of {', '.join(RANKERS)}.", param=f"{param}.ranker")
    wanted = {"weighted": "alpha", "rrf": "impact_factor", "neural": "model"}.get(name)
    for strange in params:
        if strange != wanted:
            raise InvalidRequest(f"The ranker “{name}” has no “{strange}”.", param=f"{param}.{strange}")
    match name:
        case "weighted":
            alpha = _number(params.get("alpha", 0.5), 0, 1, f"{param}.alpha")
            return {"vector_weight": alpha, "keyword_weight": 1 - alpha}
        case "rrf" if "impact_factor" in params:
            return {"rank_constant": _number(params["impact_factor"], 0, 10_000, f"{param}.impact_factor")}
        case "neural":
            if not isinstance(params.get("model"), str) or not params["model"]:
                raise InvalidRequest("The ranker “neural” names a rerank model.", param=f"{param}.model")
            return {"rerank": params["model"]}
    return {}


def _number(value: Any, least: float, most: float, param: str) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or not least <= value <= most:
        raise InvalidRequest(f"It is a number from {least} to {most}.", param=param)
    return float(value)


def joined(results: list[tuple[Hit, ...]], limit: int) -> list[Hit]:
    """Return the hits of several queries in one order; a passage that several found counts with its best score."""
    if len(results) == 1:
        return list(results[0][:limit])
    best: dict[tuple[str, int], Hit] = {}
    for hit in (hit for hits in results for hit in hits):
        key = (hit.bank_id, hit.chunk.id)
        if key not in best or hit.score > best[key].score:
            best[key] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)[:limit]
