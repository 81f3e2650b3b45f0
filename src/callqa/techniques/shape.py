"""How a turn is built: length, marks, clauses, how it opens and ends, what repeats within it."""

import re

_LENGTHS = (3, 7, 13, 21, 33, 10**9)
_MARK = re.compile(r"[？?！!…，,。.～~]")
_CLAUSE = re.compile(r"[，。！？；、…,!?;\s]+")
_PAUSE = re.compile(r"[，。！？；、…]")
_SAME_MARK = {"?": "？", "!": "！", ",": "，", ".": "。", "~": "～"}
EMPTY = frozenset("的了是我你您他她它这那个一不有在吧吗呢啊呀就都也还要来去给说们么什好行嗯")
"""Characters in everybody's mouth: taking them up or repeating them means nothing."""


def size_of(length: int) -> int:
    """Which of a few lengths a turn has, 0 the shortest."""
    return next(index for index, limit in enumerate(_LENGTHS) if length <= limit)


def marks_of(said: str) -> list[str]:
    """Punctuation of a turn."""
    marks = _MARK.findall(said)
    if not marks:
        # a recogniser that sets no marks must not look like a speaker who asks nothing
        return ["marks:none"]
    names = [*{f"mark:{_SAME_MARK.get(mark, mark)}" for mark in marks}]
    last = said.rstrip()[-1:]
    if _MARK.fullmatch(last):
        names.append(f"end:{_SAME_MARK.get(last, last)}")
    return names


def shape_of(said: str, folded: str) -> list[str]:
    """How a turn is built: clauses, how it opens and ends, what repeats within it.

    Args:
        said: The turn.
        folded: Its normalised text.
    """
    clauses = [clause for clause in _CLAUSE.split(said) if clause]
    marks = _PAUSE.findall(said)
    names = [
        f"clauses:{min(len(clauses), 7)}",
        f"length:{min(len(folded) // 4, 12)}",
        f"numbers:{min(folded.count('#'), 3)}",
        f"last marks:{''.join(marks[-3:])}",
        f"first marks:{''.join(marks[:3])}",
    ]
    if clauses:
        first, last = clauses[0], clauses[-1]
        names += [
            f"first clause:{min(len(first), 8)}",
            f"last clause:{min(len(last), 10)}",
            f"longest clause:{min(max(map(len, clauses)) // 4, 5)}",
            f"opens:{first[:1]}",
            f"opens:{first[:2]}",
            f"ends:{last[-2:]}{said.rstrip()[-1:]}",
        ]
        if len({clause[0] for clause in clauses}) < len(clauses):
            names.append("clauses open alike")
        if len({clause[-1] for clause in clauses}) < len(clauses):
            names.append("clauses end alike")
    twice = [folded[start : start + 2] for start in range(len(folded) - 1)]
    telling = [character for character in folded if character not in EMPTY]
    names.append(f"repeated:{min(len(twice) - len(set(twice)), 4)}")
    names.append(f"repeated characters:{min(len(telling) - len(set(telling)), 5)}")
    return names


def answer_of(said: str, folded: str) -> list[str]:
    """How the turn that follows is built: an answer tells what it answers.

    Args:
        said: The other party's next turn; empty where there is none.
        folded: Its normalised text.
    """
    clauses = [clause for clause in _CLAUSE.split(said) if clause]
    if not clauses:
        return ["(nothing)"]
    return [
        f"length:{size_of(len(folded))}",
        f"end:{said.rstrip()[-1:]}",
        f"opens:{clauses[0][:1]}",
        f"opens:{clauses[0][:2]}",
        f"first clause:{clauses[0][:6]}",
        f"ends:{clauses[-1][-2:]}",
    ]
