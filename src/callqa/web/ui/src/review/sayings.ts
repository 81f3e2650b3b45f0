import { labelOf } from "../calls/call-view";
import { points } from "../layout/format";
import type { Texts } from "../texts";
import type { EventAsked, EventShown, ReviewShown } from "./use-review";

/** Written, or about to be. */
type ReviewEvent = EventShown["event"] | EventAsked;

/** Titles of a card's items, and of the steps and rules behind them as `step:id` and `rule:id`. */
export function titlesOf(review: ReviewShown): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const { line, machine } of review.effective.lines) {
    for (const { kind, id } of machine.refs ?? []) {
      if (!titles.has(`${kind}:${id}`)) titles.set(`${kind}:${id}`, line.title);
    }
    titles.set(line.item, line.title);
  }
  return titles;
}

function correction(
  event: Extract<ReviewEvent, { kind: "correct" }>,
  titles: ReadonlyMap<string, string>,
  texts: Texts,
): string {
  const { subject, target, verdict, label } = event;
  if (subject === "technique") {
    return texts.events.correct(labelOf(target, texts), event.present ? texts.events.present : texts.events.absent);
  }
  if (subject === "reaction") {
    const reactions: Record<string, string> = texts.reaction;
    return texts.events.correct(reactions[target] ?? target, reactions[label ?? ""] ?? label ?? "");
  }
  const verdicts = subject === "rule" ? texts.ruleVerdict : texts.verdict;
  return texts.events.correct(titles.get(`${subject}:${target}`) ?? target, verdict ? verdicts[verdict] : "");
}

/** One event as a sentence. */
export function eventSaying(event: ReviewEvent, titles: ReadonlyMap<string, string>, texts: Texts): string {
  const said = texts.events;
  const title = (item: string | null | undefined) => (item ? (titles.get(item) ?? item) : texts.review.wholeCard);
  switch (event.kind) {
    case "confirm":
      return said.confirm(title(event.item));
    case "edit":
      return event.status === "needs_human"
        ? said.unheard(title(event.item))
        : said.edit(title(event.item), points(event.points));
    case "correct":
      return correction(event, titles, texts);
    case "comment":
      return said.comment(title(event.item));
    case "finish":
      return said.finish;
    case "undo":
      return said.undo;
    case "appeal":
      return said.appeal(title(event.item));
    case "withdraw":
      return said.withdraw;
    case "ruling":
      return event.upheld ? (event.partial ? said.partly : said.upheld) : said.rejected;
    case "escalate":
      return said.escalate(texts.appealLevel[event.level]);
    case "acknowledge":
      return said.acknowledge;
  }
}
