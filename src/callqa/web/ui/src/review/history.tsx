import { Timeline } from "antd";

import { dateTime, points } from "../layout/format";
import { useTexts, type Texts } from "../texts";
import type { EventShown, ReviewShown } from "./use-review";

type ReviewEvent = EventShown["event"];

/** Everything people said about a call, newest first; what was taken back is struck through, not gone. */
export function History({ review }: { review: ReviewShown }) {
  const texts = useTexts();
  const titles = new Map(review.effective.lines.map(({ line }) => [line.item, line.title]));
  if (review.events.length === 0) return <p className="quiet">{texts.review.noEvents}</p>;
  return (
    <Timeline
      className="history"
      items={[...review.events].reverse().map(({ number, standing, event }) => ({
        key: number,
        color: standing ? "blue" : "gray",
        content: (
          <div className={standing ? undefined : "taken-back"}>
            <div className="history-head">
              {event.author} · {dateTime(event.at)}
            </div>
            <div>{eventSaying(event, titles, texts)}</div>
            {event.reason && <q>{event.reason}</q>}
          </div>
        ),
      }))}
    />
  );
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
