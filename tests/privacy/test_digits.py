import pytest

from callqa.privacy.checksums import identity_checksum, identity_shape, luhn
from callqa.privacy.digits import plain_digits, runs


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("幺三八零零幺二", ["1380012"]),
        ("双六三个八", ["66888"]),
        ("一三八，嗯，零零", ["13800"]),
        ("一百二十八块", []),
        ("一千二百八十", []),
        ("三点五", []),
        ("幺三八拐洞勾五", ["1387095"]),
        ("要三八零零", ["13800"]),
        ("我要三个一千的", ["3"]),
        ("两个八块的", ["8"]),
        ("１２３abc四五", ["123", "45"]),
        ("一三八好的零零", ["138", "00"]),
        ("没有", []),
    ],
)
def test_runs(text: str, digits: list[str]) -> None:
    assert [run.digits for run in runs(text)] == digits


def test_every_digit_knows_its_characters() -> None:
    (run,) = runs("号是双六，三个八")
    assert run.digits == "66888"
    assert run.places == ((2, 4), (2, 4), (5, 8), (5, 8), (5, 8))
    assert run.breaks == {2}
    assert run.place(1, 3) == (2, 8)


def test_plain_digits() -> None:
    assert plain_digits("四零零-800-幺二八零") == "4008001280"


def test_checksums() -> None:
    assert identity_checksum("430102200608150037")
    assert not identity_checksum("430102200608150036")
    assert not identity_checksum("43010220060815003")
    assert identity_shape("430102200608150037")
    assert not identity_shape("430102200613150037")
    assert luhn("6222021200000000005")
    assert not luhn("6222021200000000050")
