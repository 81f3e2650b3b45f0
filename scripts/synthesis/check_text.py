"""Lists characters that the demo recogniser cannot write.

    python scripts/synthesis/check_text.py samples/dialogues/*.txt

Of a dialogue only what is spoken counts: lines of ``#``, party and label, and marks in ``<...>`` are left out.
Exit status 1 where a character is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthesis import DOMAIN_CHARACTERS
from synthesis.telesales_text import spoken_part


def missing_characters(text: str) -> dict[str, list[int]]:
    """Characters outside the charset → the line numbers they stand on."""
    missing: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for character in sorted(set(spoken_part(line)) - DOMAIN_CHARACTERS):
            missing.setdefault(character, []).append(number)
    return missing


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    found = False
    for path in map(Path, paths):
        for character, lines in missing_characters(path.read_text(encoding="utf-8")).items():
            found = True
            print(
                f"{path}: {character!r} 不在演示识别模型的字表里，第 {', '.join(map(str, lines))} 行，请换一种说法。"
            )
    return int(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
