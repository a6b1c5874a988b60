from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.knowledge.index import Hit, LexicalHits
from jupyter_devassist.knowledge.model import Chunk
from jupyter_devassist.knowledge.ranking import Fused, diversify, fuse
from jupyter_devassist.values import ChunkId, DocumentId, Span


def hits(scores: dict[int, float]) -> list[Hit]:
    return [Hit(key, score) for key, score in sorted(scores.items(), key=lambda item: -item[1])]


def fused_keys(words: dict[int, float], meaning: dict[int, float], ceiling: float = 40.0) -> list[int]:
    return [one.key for one in fuse(LexicalHits(hits(words), ceiling), hits(meaning))]


def chunk(text: str, document: str = "a") -> Chunk:
    return Chunk(
        id=ChunkId(text),
        document_id=DocumentId(document),
        ordinal=0,
        kind="prose",
        language=None,
        heading=(),
        lead="",
        text=text,
        span=Span(start_line=1, end_line=1),
        token_count=10,
    )


LEG = st.dictionaries(st.integers(0, 30), st.floats(0.01, 1.0), min_size=1, max_size=20)


@given(LEG)
def test_a_leg_alone_keeps_its_order_and_its_scores(leg: dict[int, float]) -> None:
    ordered = sorted(leg.items(), key=lambda item: (-item[1], item[0]))
    assert [(one.key, one.score) for one in fuse(LexicalHits(hits(leg), 9.0), [])] == ordered
    assert [(one.key, one.score) for one in fuse(LexicalHits([], 0.0), hits(leg))] == ordered
    assert fuse(LexicalHits([], 9.0), []) == []


@given(LEG, LEG, st.randoms(use_true_random=False))
def test_the_order_in_which_hits_arrive_changes_no_score(
    words: dict[int, float], meaning: dict[int, float], random: object
) -> None:
    lexical, vector = hits(words), hits(meaning)
    scores = {one.key: one.score for one in fuse(LexicalHits(lexical, 40.0), vector)}
    shuffled = fuse(LexicalHits(lexical[::-1], 40.0), vector[::-1])
    assert {one.key: one.score for one in shuffled} == pytest.approx(scores)


@given(LEG, LEG)
def test_what_both_legs_like_at_least_as_well_comes_at_least_as_early(
    words: dict[int, float], meaning: dict[int, float]
) -> None:
    order = {key: place for place, key in enumerate(fused_keys({k: 30 * v for k, v in words.items()}, meaning))}
    floor = min(meaning.values())
    value = {key: (words.get(key, 0.0), meaning.get(key, floor)) for key in order}
    for one, mine in value.items():
        for other, theirs in value.items():
            if mine[0] > theirs[0] and mine[1] > theirs[1]:
                assert order[one] < order[other]


def test_ranks_say_which_leg_found_a_chunk() -> None:
    fused = fuse(LexicalHits([Hit(1, 20.0), Hit(2, 10.0)], 40.0), [Hit(3, 0.8), Hit(2, 0.7)])
    assert {one.key: (one.lexical_rank, one.vector_rank) for one in fused} == {1: (1, None), 2: (2, 2), 3: (None, 1)}


def test_rare_words_win_when_meaning_is_unsure() -> None:
    assert fused_keys({1: 22.0}, {2: 0.35, 3: 0.33, 1: 0.3})[0] == 1


def test_meaning_wins_when_it_is_sure_and_the_words_are_common() -> None:
    assert fused_keys({1: 6.0, 4: 5.5}, {2: 0.8, 3: 0.6, 5: 0.3})[0] == 2


def test_words_that_meaning_does_not_support_weigh_less() -> None:
    words = {1: 18.0, 4: 17.0}
    supported = fused_keys(words, {2: 0.62, 4: 0.6, 1: 0.55, 6: 0.2})
    unsupported = fused_keys(words, {2: 0.62, 7: 0.6, 8: 0.55, 6: 0.2})
    assert supported[0] in words
    assert unsupported[0] == 2


def test_nearly_the_same_text_stands_once_and_names_what_it_stands_for() -> None:
    text = "Join two frames by a key with merge and choose how to treat rows that have no partner."
    chunks = {1: chunk(text, "a"), 2: chunk(text.upper(), "b"), 3: chunk("Something else altogether.", "c")}
    found = [Fused(1, 0.9, 1, 1), Fused(2, 0.89, 2, 2), Fused(3, 0.5, 3, 3)]
    assert diversify(found, chunks, 3) == [Fused(1, 0.9, 1, 1, folded=(2,)), Fused(3, 0.5, 3, 3)]


def test_files_take_turns_when_others_are_nearly_as_good() -> None:
    chunks = {key: chunk(f"text number {key} about its own thing {key * 7}", "a") for key in range(1, 6)}
    chunks |= {key: chunk(f"another text {key} on a different thing {key * 5}", f"d{key}") for key in range(6, 9)}
    found = [Fused(key, 1.0 - key / 100, key, key) for key in range(1, 9)] + [Fused(9, 0.0, None, 9)]
    chunks[9] = chunk("far away", "z")
    chosen = [one.key for one in diversify(found, chunks, 4)]
    assert chosen[0] == 1
    assert {6, 7, 8} <= set(chosen)


def test_the_best_hits_of_documents_keep_their_order() -> None:
    documents = ["a", "a", "b", "a", "b", "c", "a", "d"]
    chunks = {
        key: chunk(f"chunk {key} with words of its own {key * 3}", document) for key, document in enumerate(documents)
    }
    found = [Fused(key, 1.0 - key / 20, key + 1, None) for key in chunks]
    chosen = [chunks[one.key].document_id for one in diversify(found, chunks, len(found))]
    assert list(dict.fromkeys(chosen)) == ["a", "b", "c", "d"]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=40), st.floats(0, 1)), max_size=12), st.integers(0, 12)
)
def test_diversity_loses_no_hit_and_passes_no_limit(rows: list[tuple[str, str, float]], count: int) -> None:
    chunks = {key: chunk(text, document) for key, (document, text, _) in enumerate(rows)}
    found = sorted((Fused(key, row[2], 1, None) for key, row in enumerate(rows)), key=lambda one: -one.score)
    chosen = diversify(found, chunks, count)
    assert len(chosen) <= count
    accounted = [key for one in diversify(found, chunks, len(rows)) for key in (one.key, *one.folded)]
    assert sorted(accounted) == sorted(chunks)


def test_a_word_that_stands_in_one_chunk_only_leads_to_it_however_strange_its_meaning() -> None:
    near = [Hit(key, 0.31 - key / 1000) for key in range(100)]
    named = LexicalHits([Hit(500, 3.0)], ceiling=13.0, terms={"ntggqpsjcjlk": 6.0})
    assert fuse(named, near)[0].key == 500


def test_a_word_that_many_chunks_hold_does_not_outrank_meaning_by_itself() -> None:
    near = [Hit(key, 0.7 - key / 1000) for key in range(100)]
    common = LexicalHits([Hit(500 + key, 1.0) for key in range(50)], ceiling=4.0, terms={"frame": 1.5})
    assert fuse(common, near)[0].key == 0
