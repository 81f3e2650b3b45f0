#!/usr/bin/env python3
"""Train the shipped technique model: table of experiments on dev, learning curve, final training, test figures.

scripts/train_techniques.py --name techniques-2026-12-01               # all of it: half a day on one core, for the studies
scripts/train_techniques.py --quick --name techniques-2026-12-01       # training and test figures: twenty minutes
scripts/train_techniques.py --study FILE                               # the studies alone, into a file
scripts/train_techniques.py --study FILE --into techniques-2026-12-01  # studies and limits into the card of a model
scripts/train_techniques.py --check                                    # train again and compare with the card
"""

import argparse
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from callqa.techniques import (
    find_split_file,
    in_use,
    read_card,
    read_corpus,
    shipped_corpus,
    split_rows,
    train,
)
from callqa.techniques.curve import draw_curve, held_out_authors, learning_curve
from callqa.techniques.experiments import run_experiments
from callqa.techniques.fit import Recipe
from callqa.techniques.hidden import Wiring
from callqa.techniques.labels import LABELS
from callqa.techniques.measure import Report
from callqa.techniques.persist import write_card

ROOT = Path(__file__).resolve().parents[1]
LIMITS = [
    "语料是手写的虚构对话，没有真实通话；加错字是按读音模拟的，不是某个识别器的真实错误",
    "句向量一项是从语料自己学的潜在语义分析（LSA），没有用任何预训练的句向量模型；"  # noqa: ISC004
    "细义词表和概念词表是凭常识写的，细义词表翻过训练来源的常用词，都没有看过测试来源",
    "实验表、学习曲线、逐位作者留出用 samples/corpus 的训练和开发部分，加上 samples/labelled 的安途车险、清源净水器两个产品，"  # noqa: ISC004
    "训练时不加错字；定型的训练再加两份加错字的。开发集只有两个产品，换一次初值差到一个点，曲线末端的起伏就是它",
    "逐位作者留出只做了先写的十二位，交叉预测分三折；其余十五位只用来训练",
    "特征、强度、权重按“留出几位作者”选：由没见过他们的模型来读；测试来源没有用来挑任何东西，也没有读过",
    "测试来源量过四次。第一次七位训练作者（0.843／0.801，反应 0.795／0.763）；第二次九位（0.839／0.806，0.801／0.769）；"  # noqa: ISC004
    "第三次十二位、坐席轮次看第二遍（0.835／0.809，0.801／0.779）；第四次就是这一次：二十七位作者，加了细义词表和隐单元，"
    "都是照留出训练作者的成绩定的，测试来源只在定型以后量了这一次",
    "阈值与校准来自交叉预测：每个产品由没见过它的模型来预测；按作者分折试过，留出作者时没有差别（0.8350 对 0.8352）",
    "留出四组作者（先写的十二位）时，技巧宏平均：只有线性打分 0.835，加隐单元多 1.7 点，再加十二位作者多 0.9 点，"  # noqa: ISC004
    "再加细义词表多 0.2 点（开发集上没有好处）",
    "试过、没有明显好处、没有用的：只留两三位以上作者用过的特征、作者按轮数均权、NB-SVM、与逻辑回归平均、词的分布聚类、"  # noqa: ISC004
    "业务词占比、分句之间成对的概念、分句之间的反义与否定（0.2 点）、按话术写的两万条短语、轮次自己的其余技巧、第一遍也加隐单元、"
    "反应也加隐单元、几份隐单元平均；卷积网络（从头训练，读整通对话）单用 0.81，和别的平均再多 0.5 点，太慢",
    "九位训练作者的技巧有两遍，后加的十八位只有一遍、自己复看过一部分；分歧由第二遍的标注人裁定，不是完全盲的；"  # noqa: ISC004
    "测试来源全部盲读、不看任何模型，人与人一致到技巧 F1 0.96、反应 0.82",
    "前后各两轮都看，所以要等通话录完才标；只有单句、没有前后文的标注，成绩会低一些",
    "分号、冒号只有写字的人才用，识别器不写：加错字时一律当逗号",
    "comparison 仍然最弱：多半没有标志词，要读懂两边在比什么；其次是 rapport（关心、夸赞往往只对这一个人说得通）",
    "反应里 hesitate、complain 最弱：疑虑和不满常常只是一句陈述，要知道前因才听得出；accept 与 neutral 仍有混淆",
    "在技巧稀疏的例行通话上误标多，说的概率也偏高：samples/labelled 里没参加训练的七个产品（一千四百个坐席轮次，"  # noqa: ISC004
    "八成没有标签）技巧宏平均 F1 0.56、反应 0.72，给出的技巧上校准误差 0.31；"
    "它们只在选做法时当作又一位留出的作者看过；用之前先拿本中心标过的通话训练一遍",
]
"""What the card says in plain words; figures of the shipped model are put in by hand after it was measured."""
LIGHT = Recipe(noisy_copies=(), folds=3, hidden=Wiring(at_least=7))
"""Recipe of the studies: a quarter of the time, the same order of results."""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--corpus", type=Path, nargs="+", default=shipped_corpus(ROOT / "samples"))
    options.add_argument("--models", type=Path, default=ROOT / "models")
    options.add_argument("--name", default=f"techniques-{datetime.now(UTC):%Y-%m-%d}")
    options.add_argument(
        "--force", action="store_true", help="use the model even if it is worse than the old one"
    )
    options.add_argument("--quick", action="store_true", help="no experiments, no learning curve")
    options.add_argument(
        "--study",
        type=Path,
        help="file for experiments and learning curve: written if absent, used if present",
    )
    options.add_argument(
        "--check", action="store_true", help="train again elsewhere, compare scores with the card in use"
    )
    options.add_argument("--into", help="put the studies in the file and the limits into this model's card")
    chosen = options.parse_args()
    if chosen.into:
        complete_card(chosen.models / chosen.into, chosen.study)
        return
    if chosen.check:
        check(chosen.corpus, chosen.models)
        return
    card: dict[str, object] = {}
    picture = ""
    if chosen.study and chosen.study.is_file():
        card = json.loads(chosen.study.read_text("utf-8"))
        picture = str(card.pop("picture"))
    elif not chosen.quick:
        rows = read_corpus(chosen.corpus, labels=LABELS).rows
        split = split_rows(rows, find_split_file(chosen.corpus))
        print(f"dev experiments: {len(split.train)} training rows, {len(split.dev)} dev rows")
        card["experiments"] = [
            {"estimator": one.estimator, "features": one.features, "dev_macro_f1": round(one.macro_f1, 4)}
            for one in run_experiments(split.train, split.dev, say=print)
        ]
        print("learning curve on dev")
        points = learning_curve(split.train, split.dev, recipe=LIGHT, say=print)
        card["learning_curve"] = [
            {
                "rows": point.rows,
                "techniques": round(point.techniques, 4),
                "reactions": round(point.reactions, 4),
            }
            for point in points
        ]
        print("one author held out at a time")
        card["held_out_authors"] = [
            {
                "source": one.source,
                "rows": one.rows,
                "techniques": round(one.techniques, 4),
                "reactions": round(one.reactions, 4),
            }
            for one in held_out_authors([*split.train, *split.dev], recipe=LIGHT, say=print)
        ]
        picture = draw_curve(points, title="学习曲线（开发集宏平均 F1）")
        if chosen.study:
            chosen.study.write_text(json.dumps({**card, "picture": picture}, ensure_ascii=False), "utf-8")
            return
    card["limits"] = LIMITS
    trained = train(
        chosen.corpus,
        models=chosen.models,
        name=chosen.name,
        at=datetime.now(UTC).astimezone(),
        labels=LABELS,
        card=card,
        force=chosen.force,
        say=print,
    )
    for remark in trained.remarks:
        print(f"· {remark}")
    for noise, report in trained.new.items():
        print_report(report, trained.old.get(noise))
    print(trained.reason)
    if trained.folder and picture:
        (trained.folder / "learning-curve.svg").write_text(picture, "utf-8")


def complete_card(folder: Path, study: Path | None) -> None:
    """Studies take longer than training: they may be put into the card afterwards. The model's file stays as it is."""
    card = read_card(folder)
    if study:
        found = json.loads(study.read_text("utf-8"))
        (folder / "learning-curve.svg").write_text(found.pop("picture"), "utf-8")
        card |= found
    write_card(folder, {**{key: card[key] for key in card if key != "limits"}, "limits": LIMITS})


def check(corpus: list[Path], models: Path) -> None:
    """Same seed, same scores: train beside the shipped model and compare what the card says."""
    shipped = read_card(in_use(models))
    with tempfile.TemporaryDirectory() as folder:
        trained = train(
            corpus, models=Path(folder), name="again", at=datetime.now(UTC), labels=LABELS, say=print
        )
        assert trained.folder is not None
        again = read_card(trained.folder)
    same = shipped["scores"] == again["scores"] and shipped["labels"] == again["labels"]
    print("scores as in the card" if same else "SCORES DIFFER FROM THE CARD")
    raise SystemExit(0 if same else 1)


def print_report(report: Report, old: Report | None) -> None:
    print(f"\n{report.model}, noise {report.noise:.0%}")
    for kind, scores, before in (
        ("techniques", report.techniques, old.techniques if old else None),
        ("reactions", report.reactions, old.reactions if old else None),
    ):
        if scores is None:
            continue
        was = f", before {before.macro_f1:.3f}" if before else ""
        print(
            f"  {kind}: macro-F1 {scores.macro_f1:.3f} [{scores.low:.3f}, {scores.high:.3f}]{was}, keywords "
            f"{scores.keyword_macro_f1:.3f}, ECE {scores.calibration_error:.3f} (given tags "
            f"{scores.given_calibration_error:.3f}), {scores.rows} rows"
        )
        for one in scores.labels:
            print(
                f"    {one.label:<20} {one.support:4}  P {one.precision:.2f}  R {one.recall:.2f}  F1 {one.f1:.2f} "
                f"[{one.low:.2f}, {one.high:.2f}]  keywords {one.keyword_f1:.2f}"
            )


if __name__ == "__main__":
    main()
