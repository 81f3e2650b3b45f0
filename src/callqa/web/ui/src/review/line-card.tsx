import { memo, type ReactNode } from "react";

import type { Place } from "../calls/call-view";
import { points } from "../layout/format";
import type { Span } from "../player/spans";
import { useTexts } from "../texts";
import { FindingLine } from "./evidence";
import type { EventAsked } from "./use-review";

/** What a person can say about a line; stays the same function, whichever line is looked at. */
export interface LineActs {
  look: (index: number) => void;
  play: (span: Span) => void;
  confirm: () => void;
  edit: () => void;
  unheard: () => void;
  comment: () => void;
  appeal: () => void;
  /** Its evidence, into a collection. */
  collect: () => void;
  say: (events: readonly EventAsked[]) => void;
}

interface Props {
  place: Place;
  index: number;
  focused: boolean;
  /** May this person write events? */
  writing: boolean;
  /** May this person put pieces into collections? */
  collecting: boolean;
  /** May this person appeal against the line, and until when? */
  appealUntil: string | null;
  acts: LineActs;
}

/** A line of the scorecard: points, why, evidence, and what a person can say about it. */
export const LineCard = memo(function LineCard({ place, index, focused, writing, collecting, appealUntil, acts }: Props) {
  const texts = useTexts();
  const { line, machine, confirmed, appeals } = place.line;
  const collects = collecting && place.span !== null;
  const changed = line.points !== machine.points || line.status !== machine.status || line.fatal !== machine.fatal;
  const inner = (
    <>
      <span className="line-title">{line.title}</span>
      {line.fatal && <Mark kind="broken">{texts.review.redLine}</Mark>}
      {line.status === "needs_human" && <Mark kind="unsure">{texts.review.unheard}</Mark>}
      {confirmed && <Mark kind="met">{texts.review.confirmed}</Mark>}
      {(appeals ?? []).length > 0 && <Mark kind="open">{texts.review.appealed}</Mark>}
      <span className="line-points">
        {line.status === "not_applicable" ? (
          texts.review.notApplicable
        ) : (
          <>
            {changed && <del>{points(machine.points)}</del>} {line.bonus ? "+" : ""}
            <strong>{points(line.points)}</strong> / {points(line.max_points)}
          </>
        )}
      </span>
    </>
  );
  return (
    <article
      className={`line${focused ? " line-focused" : ""}`}
      data-item={line.item}
      aria-current={focused || undefined}
    >
      <h3 className="line-head">
        <button type="button" className="line-open" aria-expanded={focused} onClick={() => acts.look(index)}>
          {inner}
        </button>
      </h3>
      {line.reason && <p className="line-reason">{texts.told(line.reason)}</p>}
      {focused && (
        <>
          {place.findings.map((finding) => (
            <FindingLine
              key={`${finding.subject}:${finding.id}`}
              finding={finding}
              play={acts.play}
              say={writing ? acts.say : undefined}
            />
          ))}
          {(writing || appealUntil || collects) && (
            <div className="line-actions">
              {writing && (
                <>
                  <Act name={texts.keys.confirm} hotkey="Enter" onClick={acts.confirm} />
                  <Act name={texts.keys.edit} hotkey="P" onClick={acts.edit} />
                  <Act name={texts.keys.unheard} hotkey="H" onClick={acts.unheard} />
                  <Act name={texts.keys.comment} hotkey="C" onClick={acts.comment} />
                </>
              )}
              {collects && <Act name={texts.collections.addCall} hotkey="G" onClick={acts.collect} />}
              {appealUntil && <Act name={texts.review.appealUntil(appealUntil)} onClick={acts.appeal} />}
            </div>
          )}
        </>
      )}
    </article>
  );
});

function Mark({ kind, children }: { kind: "met" | "broken" | "unsure" | "open"; children: ReactNode }) {
  return <span className={`line-mark verdict-${kind}`}>{children}</span>;
}

function Act({ name, hotkey, onClick }: { name: string; hotkey?: string; onClick: () => void }) {
  const { marks } = useTexts();
  return (
    <button type="button" className="act" onClick={onClick} title={hotkey ? name + marks.aside(hotkey) : undefined}>
      {name}
      {hotkey && <kbd aria-hidden>{hotkey}</kbd>}
    </button>
  );
}
