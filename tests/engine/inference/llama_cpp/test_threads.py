"""The thread count follows what was measured, and notices when the machine changes."""

from __future__ import annotations

import pytest

from app.engine.inference.llama_cpp.threads import PROBE_EVERY, ThreadTuner, bucket_of, thread_choices


@pytest.mark.parametrize(("cores", "choices"), [(1, (1,)), (2, (2, 1)), (4, (4, 3, 2, 1)), (16, (16, 15, 8, 1))])
def test_choices(cores: int, choices: tuple[int, ...]) -> None:
    assert thread_choices(cores) == choices


def test_batches_are_told_apart_by_size() -> None:
    assert [bucket_of(rows) for rows in (1, 2, 16, 17, 512)] == [0, 1, 1, 2, 2]


def decode(tuner: ThreadTuner, cost: dict[int, float], steps: int, rows: int = 1) -> list[int]:
    used = []
    for _ in range(steps):
        threads = tuner.choose(rows)
        tuner.record(rows, threads, cost[threads])
        used.append(threads)
    return used


def test_a_fixed_count_is_never_changed() -> None:
    tuner = ThreadTuner(8, fixed=3)
    assert set(decode(tuner, {3: 1.0}, 500)) == {3}


def test_every_choice_is_tried_and_the_fastest_kept() -> None:
    tuner = ThreadTuner(4)
    used = decode(tuner, {4: 9.0, 3: 2.0, 2: 3.0, 1: 5.0}, 60)
    assert set(used[:8]) == {4, 3, 2, 1}
    assert set(used[8:]) == {3}


def test_all_cores_win_on_a_quiet_machine() -> None:
    assert set(decode(ThreadTuner(4), {4: 1.0, 3: 1.3, 2: 2.0, 1: 4.0}, 60)[8:]) == {4}


def test_a_hair_is_not_enough_to_change() -> None:
    assert set(decode(ThreadTuner(2), {2: 1.0, 1: 0.97}, 60)[4:]) == {2}


def test_a_sudden_slowness_is_answered_at_once() -> None:
    tuner = ThreadTuner(2)
    assert decode(tuner, {2: 1.0, 1: 1.8}, 30)[-1] == 2
    used = decode(tuner, {2: 40.0, 1: 2.0}, 20)
    assert used[-1] == 1
    assert used.count(2) < 10


def test_a_machine_that_became_quiet_is_noticed_in_the_end() -> None:
    tuner = ThreadTuner(2)
    assert decode(tuner, {2: 9.0, 1: 2.0}, 30)[-1] == 1
    assert decode(tuner, {2: 1.0, 1: 2.0}, PROBE_EVERY * 3)[-1] == 2


def test_prompts_and_tokens_are_learned_apart() -> None:
    tuner = ThreadTuner(2)
    decode(tuner, {2: 9.0, 1: 1.0}, 30, rows=1)
    decode(tuner, {2: 1.0, 1: 9.0}, 30, rows=512)
    assert tuner.choose(1) == 1
    assert tuner.choose(512) == 2
