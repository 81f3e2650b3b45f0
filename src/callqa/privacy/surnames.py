"""Chinese surnames, characters that given names are made of, and words that only look like names."""

from importlib.resources import files


def _words(name: str) -> frozenset[str]:
    """Words of a lexicon file: separated by blanks, lines that begin with # are for people."""
    text = files("callqa.privacy").joinpath("lexicon", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _characters(words: frozenset[str]) -> frozenset[str]:
    return frozenset(character for word in words for character in word)


_LISTED = _words("surnames")
DOUBLE_SURNAMES = frozenset(word for word in _LISTED if len(word) == 2)
"""欧阳, 诸葛 …"""
SURNAMES = _characters(_LISTED - DOUBLE_SURNAMES)
"""One-character surnames."""
GIVEN = _characters(_words("given_names"))
"""Characters that are common in given names."""
NOT_NAMES = _words("not_names")
"""Two characters, the first of them a surname, that begin a word and no name: 高血, 成都, 孙子."""
TITLES = _words("titles")
"""A surname and one of these is no full name: 王女士, 李工."""
NEXT_WORDS = tuple(sorted(_words("next_words")))
"""Words that may follow a name at once; the name ends before them."""
NEVER_GIVEN = frozenset(
    "的了吗呢吧啊呀嘛哦噢哈嗯是在有我你您他她它们这那哪谁不没要就也都还又很太更最"
    "给跟和与或但把被从向对为到去说讲问叫姓啦哟喔咯嘞诶收住号个位先女"
)
"""Characters that no given name holds, or with which the next words begin."""
