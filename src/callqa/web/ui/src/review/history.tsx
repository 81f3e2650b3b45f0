import { Timeline } from "antd";

import { dateTime } from "../layout/format";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { eventSaying, titlesOf } from "./sayings";
import type { ReviewShown } from "./use-review";

/** Everything people said about a call, newest first; what was taken back is struck through, not gone. */
export default function History({ review }: { review: ReviewShown }) {
  const texts = useTexts();
  const titles = titlesOf(review);
  const { nameOf } = usePeople(review.names);
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
              {nameOf(event.author)} · {dateTime(event.at)}
            </div>
            <div>{eventSaying(event, titles, texts)}</div>
            {event.reason && <q>{event.reason}</q>}
          </div>
        ),
      }))}
    />
  );
}
