import { Button, Tag } from "antd";

import type { Read } from "../api/read";
import { spanOf, type Evidence, type Place } from "../calls/call-view";
import { dateTime, points } from "../layout/format";
import { Clip } from "../player/clip";
import { clockTime } from "../player/spans";
import { readingOf, wantedOf } from "../review/evidence";
import { useTexts, type Texts } from "../texts";

type EventShown = Read<"EventShown">;

/** One thing that was marked: what, why, the words, what a reviewer said, and the way to appeal. */
export function MarkedLine({
  call,
  place,
  events,
  until,
  onAppeal,
}: {
  call: string;
  place: Place;
  events: readonly EventShown[];
  /** End of the window to appeal; null where there is none. */
  until: string | null;
  onAppeal: () => void;
}) {
  const texts = useTexts();
  const { line, machine, appeals } = place.line;
  const telling = place.findings.filter(({ verdict }) => verdict === "broken" || verdict === "unsure");
  const said = events.filter(
    ({ standing, event }) =>
      standing && (event.kind === "edit" || event.kind === "confirm" || event.kind === "comment") && event.item === line.item,
  );
  const appealed = (appeals ?? []).length > 0;
  return (
    <section className="mine-line">
      <h3>
        {line.title} {line.fatal && <Tag color="error">{texts.mine.redLine}</Tag>}
      </h3>
      <p className="mine-line-points">
        {line.status === "needs_human" ? texts.mine.unheard : texts.mine.got(points(line.points), points(line.max_points))}
      </p>
      {/* the machine's reason speaks of the machine's points */}
      {line.reason && line.points === machine.points && line.status === machine.status && <p>{texts.told(line.reason)}</p>}
      {telling.flatMap((finding) =>
        finding.evidence.map((evidence, number) => {
          const span = spanOf(evidence);
          return (
            <div key={`${finding.id}${number}`} className="mine-evidence">
              <p>{plainly(evidence, texts)}</p>
              {span && <Clip call={call} span={span} />}
            </div>
          );
        }),
      )}
      {said.map(({ number, event }) => (
        <p key={number} className="mine-said">
          <strong>{texts.mine.reviewed}</strong>{" "}
          {event.kind === "edit" ? texts.mine.changedTo(points(event.points)) : event.kind === "confirm" ? texts.mine.agreed : ""}
          {event.reason && `“${event.reason}”`}
        </p>
      ))}
      {appealed ? (
        <p className="quiet">{texts.mine.appealed}</p>
      ) : (
        until &&
        (Date.parse(until) > Date.now() ? (
          <Button onClick={onAppeal}>{texts.mine.appealUntil(dateTime(until))}</Button>
        ) : (
          <p className="quiet">{texts.mine.appealClosed}</p>
        ))
      )}
    </section>
  );
}

/** Evidence as one would tell it to the person who spoke. */
function plainly(evidence: Evidence, texts: Texts): string {
  if (evidence.kind === "quote") {
    const at = clockTime(evidence.span.start);
    const who = evidence.party === "customer" ? texts.mine.customerSaid(at) : texts.mine.youSaid(at);
    return `${who}${texts.marks.colon}“${evidence.text}”`;
  }
  if (evidence.kind === "absence") {
    const { start, end } = evidence.searched;
    const missing = texts.mine.notHeard(clockTime(start), clockTime(end), wantedOf(evidence.expected, texts));
    const { nearest } = evidence;
    return nearest ? `${missing}${texts.mine.nearest(clockTime(nearest.span.start), nearest.text)}` : missing;
  }
  return readingOf(evidence, texts);
}
