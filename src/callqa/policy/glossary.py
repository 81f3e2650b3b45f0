"""What a supervisor calls verdicts, step states and reactions: one wording for tables, sentences, sheets and labels."""

from callqa.domain import Reaction, StepState, Verdict

STATES = {
    StepState.said: "已说",
    StepState.paraphrased: "换了说法",
    StepState.out_of_order: "次序不对",
    StepState.missing: "漏说",
    StepState.wrong_fact: "说错事实",
    StepState.not_assented: "客户未确认",
    StepState.unheard: "听不清",
    StepState.not_applicable: "不适用",
}
"""How a step turned out."""
STEP_VERDICTS = {
    Verdict.met: "做到",
    Verdict.broken: "未做到",
    Verdict.not_applicable: "不适用",
    Verdict.unsure: "听不清",
}
"""Of steps, and of anything that should be done."""
RULE_VERDICTS = {
    Verdict.met: "没有违反",
    Verdict.broken: "违反",
    Verdict.not_applicable: "不适用",
    Verdict.unsure: "听不清",
}
"""Of rules."""
REACTIONS = {
    Reaction.accept: "认可",
    Reaction.hesitate: "犹豫",
    Reaction.reject: "拒绝",
    Reaction.ask: "提问",
    Reaction.complain: "抱怨",
    Reaction.neutral: "中性",
}
"""How a customer's turn reacts."""
