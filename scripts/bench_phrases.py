"""Phrase matching measured: recall under recogniser errors, false alarms, speed, beside what people use today.

One run, fixed seed::

    python scripts/bench_phrases.py [--seed 7] [--turns 12000] [--worst 8]

Positives: every phrase in every spoken context, at 0, 10, 20, 30 % character errors (of them 55 % another character of
the same sound, 20 % a near sound, 12 % dropped, 13 % inserted; errors fall on all characters of the turn alike).
Negatives: turns of the dialogues under ``samples/corpus`` and ``samples/dialogues``, the same with errors, near misses
written for this purpose, and negated phrases; a turn is a negative for a phrase it does not hold. A negated phrase is
a false alarm where the matcher finds it and the negation check lets it pass.
Beside it: exact keyword, rapidfuzz ``partial_ratio`` at its best threshold for this set, and a regular expression that
allows fillers between characters.
"""

# ruff: noqa: SIM905 – word lists that are easier to read and extend than 90 quoted words

import argparse
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import yaml
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz

from callqa.compliance.claims import disclaimed
from callqa.compliance.judge import wordings_in
from callqa.compliance.sound import Heard, PhraseBook, hear
from callqa.compliance.sound.tokens import hear_afresh
from callqa.domain import parse_dialogue
from callqa.policy.facts import FactSheet
from callqa.policy.rules import RuleBook
from callqa.policy.script import ScriptBook
from callqa.policy.wording import Wording

ROOT = Path(__file__).resolve().parents[1]
RATES = (0.0, 0.1, 0.2, 0.3)
MIX = (("same", 0.55), ("near", 0.20), ("drop", 0.12), ("insert", 0.13))

PHRASES = tuple(
    (
        "根治 停药 断根 包治 傻子 没疗效 加微信 送到家 不后悔 降血糖 老糊涂 买不起 治好您 零风险 保证治好 "
        "包治百病 永不复发 药到病除 货到付款 百分之百 全国最好 国家指定 央视推荐 加我微信 私下转账 爱买不买 "
        "最后一台 假一赔十 立竿见影 彻底康复 无效退款 限时抢购 独家秘方 祖传秘方 专家推荐 今天发货 免费送货 "
        "质保两年 三天见效 绝对安全 没有副作用 很高兴为您 不用去医院 替代降压药 请问您贵姓 七天无理由 恢复原价了 "
        "领导都在用 转到我卡上 活动价格是 脑子有问题 保险公司赔 利息非常低 稳赚不赔钱 不用再吃药了 工号为您服务 "
        "仅剩最后三个 一共是多少钱 送您一个水杯 请您确认一下 保证本金安全 收货地址是哪 详细地址是哪 感谢您的来电 "
        "祝您身体健康 两年免费保修 收到货再付款呢 请您保持电话畅通 错过今天就没有了 七天无理由退货 祝您生活愉快再见 "
        "用三个月就能好 请问您怎么称呼 我跟您核对一下 国家领导人都在用 请问有什么可以帮您 任何副作用都没有的 "
        "收货人姓名是哪几个字 在哪里看到我们的广告 很高兴为您服务请讲 平时睡眠怎么样 您订购的是一台足疗仪 "
        "收到货检查没问题再付钱 犹豫期内可以全额退保 您的续保保费是 本次通话将被录音 请您如实告知健康状况 "
        "等待期是九十天 不承诺保本保收益 请核对您的投保信息 "
    ).split()
)

BEFORE = """
|嗯|啊那个|阿姨您放心|大哥我跟您讲|是这样的|我们这边呢|您听我说啊|这个产品它|对对对|那好的|今天呢|我再跟您说一遍|您看啊|实话跟您说
|不瞒您说|很多老顾客反映|公司这边规定|这个您记一下|到时候|只要您坚持使用|现在订购的话|哎呀大姐|说句心里话|刚才跟您讲的
""".replace("\n", "").split("|")
AFTER = """
|的|啊|这个您记一下|您看好吧|我们天天都在做|大家都晓得|您说是不是这个道理|好吧|今天就给您安排|您考虑考虑|就这么简单|这一点您放一百个心
|回头我再打给您|咱们接着往下说|我帮您登记|这边都有记录|您拿笔写一下|嗯|那个我再看看
""".replace("\n", "").split("|")
CONTEXTS = [(before, after) for before in BEFORE for after in AFTER][::9]

NEAR_MISSES = tuple(
    (
        "根子上还是要靠锻炼 停一下要不要喝口水 断了根网线 包装一下 撒子事情嘛 没什么疗程 加一下分机号 "
        "送货到家门口不上楼 不用后悔药 降了血压没有降体重 保证按时送到 包您满意 永远支持 药要按时吃 货到了再通知您 "
        "百分之五的折扣 百分之九十 全国联保 国家标准 央视新闻 加我们公司公众号 转账要收手续费 爱听不听由您 "
        "最后一页 今天发的货 免费送一次 质量保证两年 三天后到货 安全第一 没有什么作用 很高兴认识您 不用去柜台 "
        "降压药要继续吃 请问您贵庚 七天之后 恢复出厂设置 转到人工服务 活动时间是 脑子转得快 不用再打电话了 "
        "工号是多少 剩下最后一点 一共多少件 送您一程 请您等一下 本金是您自己的 收货的时候 感谢您的理解 "
        "祝您工作顺利 免费热线 收到短信回复 电话畅通无阻 错过了没关系 七天左右 祝您一路平安 用三个月看看 您怎么想 "
        "我跟您说一下 国家有规定 有什么需要 任何时候 收货人不在家 在哪里上班 睡得怎么样 您订的报纸 检查身体 "
        "犹豫什么呢 保费多少 通话时间 健康状况良好 等待接通 投保年龄 微信支付可以吗 药店也有卖的 副食品 "
        "真的买不到 傻乎乎 独家报道 祖传的手艺 专业的人员 抢先体验 立刻发货 彻底打扫 康复训练 无效信息 "
        "退款要几天 限制比较多 一台电脑 最后说一句 私人医院 转身就走 "
    ).split()
)

NEGATED = {
    "根治": "我们不能保证根治",
    "停药": "您千万别停药啊",
    "断根": "谁也不敢说断根",
    "包治": "没有哪个产品敢说包治",
    "保证治好": "我们不敢说保证治好",
    "包治百病": "它不是包治百病的",
    "永不复发": "我不能跟您说永不复发",
    "药到病除": "不是说药到病除",
    "百分之百": "我不敢说百分之百有效",
    "全国最好": "不能说全国最好",
    "国家指定": "我们并不是国家指定的",
    "央视推荐": "我们没有说过央视推荐",
    "加我微信": "公司不允许加我微信",
    "私下转账": "千万不要私下转账",
    "没有副作用": "不能说没有副作用",
    "替代降压药": "它不能替代降压药",
    "不用去医院": "我可没说不用去医院",
    "彻底康复": "没法保证彻底康复",
    "绝对安全": "不能说绝对安全",
    "专家推荐": "也不是什么专家推荐",
    "立竿见影": "不会立竿见影的",
    "稳赚不赔钱": "我们不承诺稳赚不赔钱",
    "保证本金安全": "没办法保证本金安全",
    "国家领导人都在用": "别信什么国家领导人都在用",
}


@cache
def common_characters() -> tuple[str, ...]:
    """The 3,755 characters of GB 2312 level 1."""
    rows = (bytes([0xB0 + row, 0xA1 + column]) for row in range(40) for column in range(94))
    return tuple(c for raw in rows if (c := raw.decode("gb2312", "ignore")))


@cache
def by_syllable() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for character in common_characters():
        found[lazy_pinyin(character, style=Style.NORMAL)[0]].append(character)
    return found


NEAR_PAIRS = [
    ("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l"),
    ("ang", "an"), ("eng", "en"), ("ing", "in"),
]  # fmt: skip


@cache
def near_syllables(syllable: str) -> tuple[str, ...]:
    found: set[str] = set()
    for one, other in NEAR_PAIRS:
        for a, b in ((one, other), (other, one)):
            if a.isalpha() and len(a) <= 2 and a[0] in "zcsnlfhr" and syllable.startswith(a):
                rest = syllable[len(a) :]
                if not (len(a) == 1 and rest.startswith("h")):
                    found.add(b + rest)
            if syllable.endswith(a) and a[0] in "aei":
                found.add(syllable[: -len(a)] + b)
    return tuple(sorted(s for s in found if s in by_syllable() and s != syllable))


def garble(text: str, rate: float, random_: random.Random) -> str:
    """The text as a recogniser with this character error rate might write it."""
    if not rate:
        return text
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors=list)
    written: list[str] = []
    for character, syllable in zip(text, syllables, strict=True):
        if random_.random() >= rate:
            written.append(character)
            continue
        kind = random_.choices([k for k, _ in MIX], [w for _, w in MIX])[0]
        near = near_syllables(syllable)
        if kind == "near" and near:
            written.append(random_.choice(by_syllable()[random_.choice(near)]))
        elif kind in ("same", "near"):
            others = [c for c in by_syllable().get(syllable, []) if c != character]
            written.append(random_.choice(others or [character]))
        elif kind == "insert":
            written += [character, random_.choice(common_characters())]
    return "".join(written) or text[0]


def corpus_turns() -> list[str]:
    files = sorted((ROOT / "samples").glob("corpus/**/*.txt")) + sorted(
        (ROOT / "samples/dialogues").glob("*.txt")
    )
    turns = [
        turn.text for file in files for turn in parse_dialogue(file.read_text("utf-8"), name=file.name).turns
    ]
    return list(dict.fromkeys(turns))


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    lines = [[str(cell) for cell in row] for row in rows]
    wide = [max(_width(line[i]) for line in [list(head), *lines]) for i in range(len(head))]
    print(f"\n{title}")
    for line in [list(head), *lines]:
        print("  " + "  ".join(cell + " " * (wide[i] - _width(cell)) for i, cell in enumerate(line)))


def _width(text: str) -> int:
    return sum(2 if "⺀" <= c <= "￯" else 1 for c in text)


class Rival:
    """A way to find phrases people use today: text in, True or False out."""

    def __init__(self, name: str, hit: Callable[[str, str], bool]) -> None:
        self.name, self.hit = name, hit


FILLER_GAP = "[，。、嗯啊呃]?(?:那个|就是说|这个)?"


@cache
def expression(phrase: str) -> re.Pattern[str]:
    return re.compile(FILLER_GAP.join(map(re.escape, phrase)))


def positives(seed: int) -> dict[float, list[tuple[int, str]]]:
    """Per error rate: (phrase number, recognised turn)."""
    random_ = random.Random(seed)
    return {
        rate: [
            (number, garble(before + phrase + after, rate, random_))
            for number, phrase in enumerate(PHRASES)
            for before, after in CONTEXTS
        ]
        for rate in RATES
    }


def negatives(seed: int, wanted: int) -> list[tuple[str, str]]:
    """(what was said, what was recognised): half clean, half at 20 % errors, near misses and negations among them."""
    random_ = random.Random(seed + 1)
    own = corpus_turns()
    random_.shuffle(own)
    said = [*NEAR_MISSES, *NEGATED.values(), *own]
    turns = [(text, text) for text in said]
    rates = iter([0.2, 0.1, 0.3, 0.2] * (wanted // max(1, len(said)) + 1))
    while len(turns) < wanted:
        rate = next(rates)
        turns += [(text, garble(text, rate, random_)) for text in said]
    return turns


def hits_of(book: PhraseBook, lines: Sequence[Heard], texts: Sequence[str]) -> dict[str, list[set[int]]]:
    """Per line the phrases heard, those in the grey zone, those good enough to accuse; negated ones left out."""
    found: dict[str, list[set[int]]] = {
        kind: [set() for _ in lines] for kind in ("sure", "grey", "accuses", "ask")
    }
    for match in book.search(lines):
        line = lines[match.line]
        start, end = line.starts[match.start], line.ends[match.end - 1]
        phrase = book.text(match.phrase)
        if phrase in NEGATED and disclaimed(texts[match.line], start, end):
            continue
        found["sure" if match.sure else "grey"][match.line].add(match.phrase)
        if match.accuses:
            found["accuses"][match.line].add(match.phrase)
        elif match.accuses is None:
            found["ask"][match.line].add(match.phrase)
    return found


def speed(turns: Sequence[str]) -> tuple[float, float, int, int]:
    """Median and slowest ms for 60 turns against 300 phrases, cold texts, one core."""
    parts = []
    for name, model in (("script", ScriptBook), ("rules", RuleBook), ("facts", FactSheet)):
        data = yaml.safe_load((ROOT / f"samples/policy/{name}.yaml").read_text("utf-8"))
        parts.append(model.model_validate(data))
    wordings = {w.text: w for w in wordings_in(tuple(parts))} | {p: Wording(text=p) for p in PHRASES}
    book = PhraseBook(list(wordings.values())[:300])
    calls = [turns[i : i + 60] for i in range(0, 60 * 21, 60)]
    taken = []
    for call in calls:
        started = time.process_time()
        book.search([hear_afresh(text) for text in call])
        taken.append((time.process_time() - started) * 1000)
    characters = round(statistics.mean(sum(map(len, call)) for call in calls))
    return statistics.median(taken[1:]), max(taken[1:]), len(book), characters


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--turns", type=int, default=12_000)
    parser.add_argument("--worst", type=int, default=8)
    options = parser.parse_args()
    book = PhraseBook(Wording(text=phrase) for phrase in PHRASES)
    lengths = {number: len(hear(phrase)) for number, phrase in enumerate(PHRASES)}
    print(f"{len(PHRASES)} phrases × {len(CONTEXTS)} contexts; seed {options.seed}")

    said = positives(options.seed)
    turns = negatives(options.seed, options.turns)
    clean = [original for original, _ in turns]
    recognised = [text for _, text in turns]
    pairs = sum(
        phrase not in text or (phrase in NEGATED and text == NEGATED[phrase])
        for phrase in PHRASES
        for text in clean
    )

    fuzzy: dict[int, tuple[dict[float, float], float]] = {}
    for threshold in (70, 75, 80, 85, 90):
        recall = {
            rate: statistics.mean(fuzz.partial_ratio(PHRASES[n], text) >= threshold for n, text in said[rate])
            for rate in RATES
        }
        alarms = sum(
            fuzz.partial_ratio(phrase, text, score_cutoff=threshold) >= threshold
            for phrase in PHRASES
            for original, text in turns[:4000]
            if phrase not in original
        )
        fuzzy[threshold] = (recall, 1000 * alarms / (len(PHRASES) * 4000))
    best = min((t for t in fuzzy if fuzzy[t][1] <= 1.0), default=90)
    rivals = [
        Rival("exact keyword", lambda phrase, text: phrase in text),
        Rival("regex with fillers", lambda phrase, text: expression(phrase).search(text) is not None),
    ]

    rows: list[list[object]] = []
    missed: Counter[int] = Counter()
    by_length: dict[int, list[bool]] = defaultdict(list)
    recalls: dict[str, dict[float, float]] = {"sure": {}, "accuses": {}}
    open_: dict[str, dict[float, float]] = {"grey": {}, "ask": {}}
    for rate in RATES:
        texts = [text for _, text in said[rate]]
        hits = hits_of(book, [hear(text) for text in texts], texts)
        for kind, values in recalls.items():
            values[rate] = statistics.mean(n in hits[kind][i] for i, (n, _) in enumerate(said[rate]))
        for kind, better in (("grey", "sure"), ("ask", "accuses")):
            open_[kind][rate] = statistics.mean(
                n in hits[kind][i] and n not in hits[better][i] for i, (n, _) in enumerate(said[rate])
            )
        found = [n in hits["sure"][i] for i, (n, _) in enumerate(said[rate])]
        if rate == 0.3:
            missed.update(n for (n, _), ok in zip(said[rate], found, strict=True) if not ok)
        if rate == 0.2:
            for (number, _), ok in zip(said[rate], found, strict=True):
                by_length[min(lengths[number], 9)].append(ok)
    hits = hits_of(book, [hear(text) for text in recognised], recognised)
    wrong: dict[str, Counter[int]] = {kind: Counter() for kind in hits}
    examples: dict[int, list[str]] = defaultdict(list)
    for i, (original, text) in enumerate(turns):
        for kind, lines in hits.items():
            for number in lines[i]:
                negated = PHRASES[number] in NEGATED and original == NEGATED[PHRASES[number]]
                if PHRASES[number] not in original or negated:
                    wrong[kind][number] += 1
                    if kind == "sure":
                        examples[number].append(text)
    alarms = wrong["sure"]
    share = {kind: 1000 * sum(counts.values()) / pairs for kind, counts in wrong.items()}
    overall = share["sure"]
    for name, kind, doubt in (("in sound, heard", "sure", "grey"), ("in sound, accusing", "accuses", "ask")):
        cells = [f"{recalls[kind][r]:.1%}" for r in RATES]
        rows.append([name, *cells, f"{share[kind]:.3f}", f"{share[doubt]:.3f}"])
    for rival in rivals:
        recall = [statistics.mean(rival.hit(PHRASES[n], text) for n, text in said[r]) for r in RATES]
        false = sum(
            rival.hit(phrase, text)
            for phrase in PHRASES
            for original, text in turns
            if phrase not in original or (phrase in NEGATED and original == NEGATED[phrase])
        )
        rows.append([rival.name, *(f"{r:.1%}" for r in recall), f"{1000 * false / pairs:.3f}", "-"])
    recall_f, alarms_f = fuzzy[best]
    rows.append([f"partial_ratio ≥ {best}", *(f"{recall_f[r]:.1%}" for r in RATES), f"{alarms_f:.3f}", "-"])
    table(
        "Recall by character error rate; false alarms and unsure per 1,000 phrase-turn pairs "
        f"({pairs:,} pairs, {len(turns):,} turns)",
        ["matcher", *(f"CER {r:.0%}" for r in RATES), "alarms", "unsure"],
        rows,
    )
    table(
        "By length of the phrase, at CER 20 %",
        ["syllables", "phrases", "recall", "false alarms per 1,000 turns and phrase"],
        [
            [
                f"{size}{'+' if size == 9 else ''}",
                len(numbers := [n for n, length in lengths.items() if min(length, 9) == size]),
                f"{statistics.mean(found):.1%}",
                f"{1000 * sum(alarms[n] for n in numbers) / len(numbers) / len(turns):.3f}",
            ]
            for size, found in sorted(by_length.items())
        ],
    )
    table(
        "Most false alarms per 1,000 turns",
        ["phrase", "alarms", "example"],
        [
            [PHRASES[n], f"{1000 * c / len(turns):.2f}", examples[n][0][:40]]
            for n, c in alarms.most_common(options.worst)
        ],
    )
    table(
        "Most missed at CER 30 %",
        ["phrase", "recall"],
        [[PHRASES[n], f"{1 - c / len(CONTEXTS):.1%}"] for n, c in missed.most_common(options.worst)],
    )
    median, slowest, phrases, characters = speed(clean[len(NEAR_MISSES) + len(NEGATED) :])
    print(
        f"\n60 turns ({characters} characters) × {phrases} phrases: median {median:.1f} ms, slowest {slowest:.1f} ms "
        "of one core's time, cold texts"
    )
    worst = 1000 * alarms.most_common(1)[0][1] / len(turns) if alarms else 0.0
    goals = [
        ("recall at CER 20 % ≥ 97 %", recalls["sure"][0.2] >= 0.97),
        ("recall at CER 30 % ≥ 94 %", recalls["sure"][0.3] >= 0.94),
        ("false alarms ≤ 1 per 1,000 pairs", overall <= 1.0),
        ("worst phrase ≤ 5 per 1,000", worst <= 5.0),
        ("≤ 50 ms", median <= 50.0),
    ]
    table("Goals", ["goal", "reached"], [[goal, "yes" if reached else "NO"] for goal, reached in goals])
    for kind, what in (("grey", "heard or not"), ("ask", "accuse or not")):
        print(
            f"left to a person ({what}): " + ", ".join(f"{open_[kind][r]:.1%} at CER {r:.0%}" for r in RATES)
        )
    return 0 if all(reached for _, reached in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
