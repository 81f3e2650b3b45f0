import { points } from "../layout/format";
import type { Texts } from "../texts";
import type { EventShown } from "./use-review";

type ReviewEvent = EventShown["event"];

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
      return said.correct(event.target);
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
