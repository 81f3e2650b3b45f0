import { Timeline } from "antd";

import { dateTime, points } from "../layout/format";
import { eventSaying } from "../review/sayings";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import type { AppealShown } from "./appeals";

/** Everything that happened to an appeal, in order. */
export function AppealHistory({ appeal }: { appeal: AppealShown }) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const titles = new Map([[appeal.item, appeal.title]]);
  // agents see who decided by office: they need not know every name
  const who = (event: AppealShown["history"][number]) => {
    if (event.author === "system") return texts.appeals.system;
    const name = nameOf(event.author);
    return name === event.author && event.kind === "ruling" ? texts.appealLevel[event.level] : name;
  };
  return (
    <Timeline
      className="history"
      items={appeal.history.map((event) => ({
        key: event.id,
        color: event.kind === "ruling" ? (event.upheld ? "green" : "red") : "blue",
        content: (
          <>
            <div className="history-head">
              {who(event)} · {dateTime(event.at)}
            </div>
            <div>
              {event.kind === "appeal" ? texts.appeals.filedEvent : eventSaying(event, titles, texts)}
              {event.kind === "ruling" &&
                texts.marks.aside(
                  [texts.appealLevel[event.level], event.upheld && event.points !== null && event.points !== undefined && points(event.points)]
                    .filter(Boolean)
                    .join(texts.marks.comma),
                )}
            </div>
            {event.reason && <q>{event.reason}</q>}
          </>
        ),
      }))}
    />
  );
}
