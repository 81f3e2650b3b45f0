"""Values heard inside a step: 工号, 姓名, 地址, 电话, 金额, 数量 …, as said and in canonical form."""

import re
from collections.abc import Sequence

from callqa.compliance.facts import Statement, allowed, expected_text
from callqa.compliance.numbers import Mention, mentions
from callqa.compliance.values import compare, digits_like
from callqa.compliance.view import CallView
from callqa.domain import Party, Quote, Slot
from callqa.policy.check import field_of
from callqa.policy.facts import FactSheet
from callqa.policy.rules.arithmetic import number
from callqa.policy.script import SlotRule

_NUMERAL = "零〇一二两三四五六七八九幺"
_STAFF = re.compile(f"(?:工号|号码|代号)(?:是|为)?([{_NUMERAL}]{{2,8}})|([{_NUMERAL}]{{3,8}})号")
_NAME = re.compile(
    "(?:姓名|名字|收货人|收件人|收货人姓名|我叫|叫|称呼您?|免贵姓|贵姓|姓)(?:是|叫|写|为)?([一-鿿]{2,4})"
)
_NAME_ONLY = re.compile("^(?:我?(?:叫|是|姓)|免贵姓)?([一-鿿]{2,4}?)(?:的|啊|呀|吧)?$")
_NO_NAMES = frozenset(
    [
        "是",
        "叫",
        "什么",
        "怎么",
        "您",
        "你",
        "哪",
        "请",
        "说",
        "对",
        "好",
        "嗯",
        "吗",
        "呢",
        "的",
        "一下",
        "告诉",
        "可以",
        "称呼",
        "名字",
        "姓名",
        "电话",
    ]
)
_PLACE = re.compile(
    f"[一-鿿{_NUMERAL}]{{1,8}}?(?:省|自治区|市|区|县|镇|乡|村|街道|大道|路|街|巷|弄|胡同|小区|花园|社区|号楼|号院|号|栋|幢|座|单元|楼|层|室)"
)
_NO_PLACE = re.compile(
    "(?:.*(?:地址就?是?|住在|家住|我住|送到|寄到|发到|家在|就是))?(?:您的|你的|那您|请问|是|在|我家|好的|麻烦|具体|到)*"
)
_TOTAL = re.compile("(?:一共|总共|合计|共计|总价|保费|收您|共)(?:是|为|就是)?$")
_DIGITS = "零一二三四五六七八九"


def read_slots(
    rules: tuple[SlotRule, ...], turns: tuple[int, ...], view: CallView, sheet: FactSheet
) -> tuple[Slot, ...]:
    """Values of the slots in these turns (the step's own, then the answer to it), those found.

    Args:
        rules: Slots of the step.
        turns: Where to look, likeliest first.
        view: The call.
        sheet: For slots that name a fact.
    """
    found: list[Slot] = []
    for rule in rules:
        for turn in turns:
            slot = _in_turn(rule, turn, view, sheet)
            if slot is not None:
                found.append(slot)
                break
    return tuple(found)


def disagrees(rule: SlotRule, slot: Slot, view: CallView, sheet: FactSheet) -> bool:
    """True where the value was heard clearly and is neither the order's nor the product sheet's."""
    quote = slot.evidence
    if slot.value is None or not isinstance(quote, Quote) or not view.clear([quote]):
        return False
    right = _right_values(rule, view, sheet)
    if not right:
        return False
    line = view.heard[quote.turn]
    mention = next(
        (m for m in mentions(line) if line.starts[m.start] == quote.characters.start and m.values), None
    )
    return mention is not None and compare(mention, line, right)[0] == "wrong"


def said_wrong(
    slots: tuple[Slot, ...], rules: tuple[SlotRule, ...], wrong: Sequence[Statement]
) -> tuple[Slot, ...]:
    """Slots that name a fact with the value said wrong, not the right one said elsewhere."""
    facts = {rule.name: rule.fact for rule in rules}
    found: list[Slot] = []
    for slot in slots:
        said = next((s for s in wrong if s.fact.id == facts[slot.name] and s.value is not None), None)
        if said is None:
            found.append(slot)
            continue
        shown = {"text": said.quote.text, "value": f"{said.value:g}", "evidence": said.quote}
        found.append(slot.model_copy(update=shown))
    return tuple(found)


def _right_values(rule: SlotRule, view: CallView, sheet: FactSheet) -> tuple[float, ...]:
    values: list[float] = []
    if rule.field is not None:
        own = number(field_of(view.call, rule.field))
        values += [own] if own is not None else []
    fact = sheet.of(rule.fact) if rule.fact is not None else None
    if fact is not None:
        values += allowed(fact, view.call)
        values += [float(v) for v in fact.also if isinstance(v, int | float)]
    return tuple(values)


def _expected(rule: SlotRule, view: CallView, sheet: FactSheet) -> str | None:
    if rule.field is not None:
        own = field_of(view.call, rule.field)
        if own is not None:
            return f"{own:g}" if isinstance(own, float) else str(own)
    fact = sheet.of(rule.fact) if rule.fact is not None else None
    return expected_text(fact, view.call) if fact is not None else None


def _in_turn(rule: SlotRule, turn: int, view: CallView, sheet: FactSheet) -> Slot | None:
    place = _place(rule, turn, view, sheet)
    if place is None:
        return None
    start, end, value = place
    quote = view.quote(turn, start, end)
    return Slot(
        name=rule.name, text=quote.text, value=value, expected=_expected(rule, view, sheet), evidence=quote
    )


def _place(  # noqa: PLR0911 – one per kind
    rule: SlotRule, turn: int, view: CallView, sheet: FactSheet
) -> tuple[int, int, str | None] | None:
    text = view.heard[turn].characters
    match rule.kind:
        case "staff_number":
            found = _STAFF.search(text)
            if found is None:
                return None
            group = 1 if found[1] else 2
            return found.start(group), found.end(group), _figures(found[group])
        case "phone":
            return digits_like(view.heard[turn])
        case "name":
            return _name(text, turn, view)
        case "address":
            return _address(text)
        case "words":
            cue = next((m for w in rule.cues for m in view.matches_in(w, turn)), None)
            return (cue.start, cue.end, text[cue.start : cue.end]) if cue is not None else None
        case kind:
            return _number(rule, kind, turn, view, sheet)


def _number(
    rule: SlotRule, kind: str, turn: int, view: CallView, sheet: FactSheet
) -> tuple[int, int, str | None] | None:
    """The number that agrees with the order or the product sheet; else the one called the total; else the first."""
    line = view.heard[turn]
    found = [mention for mention in mentions(line) if _fits(mention, kind, rule)]
    if not found:
        return None
    right = _right_values(rule, view, sheet)
    agreeing = [m for m in found if right and compare(m, line, right)[0] == "right"]
    named = [m for m in found if _TOTAL.search(line.characters[: m.start])] if kind == "money" else []
    mention = (agreeing or named or found)[0]
    value = f"{mention.values[0]:g}" if mention.values and mention.exact else None
    return mention.start, mention.end, value


def _fits(mention: Mention, kind: str, rule: SlotRule) -> bool:
    bare_money = kind == "money" and (
        mention.kind in ("number", "digits") and mention.values[:1] > (99.0,) and len(mention.text) <= 8
    )
    if not (mention.kind == kind or bare_money or (kind == "number" and mention.kind in ("digits", "other"))):
        return False
    return not (kind == "count" and rule.unit and mention.unit != rule.unit)


def _name(text: str, turn: int, view: CallView) -> tuple[int, int, str | None] | None:
    found = _NAME.search(text)
    if found is None and view.turns[turn].party is not Party.agent:
        found = _NAME_ONLY.match(text)
    if found is None or any(word in found[1] for word in _NO_NAMES):
        return None
    return found.start(1), found.end(1), found[1]


def _address(text: str) -> tuple[int, int, str | None] | None:
    parts = list(_PLACE.finditer(text))
    if not parts:
        return None
    start, end = parts[0].start(), parts[0].end()
    for part in parts[1:]:
        if part.start() > end + 2:
            break
        end = part.end()
    lead = _NO_PLACE.match(text[start : parts[0].end()])
    start += lead.end() if lead is not None else 0
    return (start, end, text[start:end]) if end - start >= 4 else None


def _figures(numerals: str) -> str:
    plain = numerals.translate(str.maketrans("〇两幺", "零二一"))
    return "".join(str(_DIGITS.index(c)) if c in _DIGITS else c for c in plain)
