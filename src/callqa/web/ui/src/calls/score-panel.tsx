import { lazy, Suspense, type RefObject } from "react";

import { Choice } from "../player/choice";
import { FinishBar } from "../review/finish-bar";
import { LineCard, type LineActs } from "../review/line-card";
import { Scores } from "../review/scores";
import type { EventAsked, ReviewShown } from "../review/use-review";
import { useTexts } from "../texts";
import type { Place } from "./call-view";

const History = lazy(() => import("../review/history"));

export type Side = "lines" | "history";

interface Props {
  call: string;
  assignment: string | null;
  review: { data: ReviewShown; etag: string };
  places: readonly Place[];
  focus: number;
  /** How many lines ask for a person, and how many there are. */
  count: { open: number; all: number };
  onlyOpen: boolean;
  setOnlyOpen: (only: boolean) => void;
  side: Side;
  setSide: (side: Side) => void;
  writing: boolean;
  /** May this person put pieces into collections? */
  collecting: boolean;
  /** May this person appeal against lines of this call? */
  appealing: boolean;
  list: RefObject<HTMLDivElement | null>;
  acts: LineActs;
  say: (events: readonly EventAsked[]) => void;
}

/** The three totals, the lines with what they rest on, what people said, and the way on. */
export function ScorePanel(props: Props) {
  const texts = useTexts().review;
  const { review, places, focus, count, side, writing } = props;
  return (
    <>
      <Scores review={review.data} />
      <div className="call-score-choice">
        <Choice
          label={texts.view}
          value={side}
          onChange={props.setSide}
          options={[
            { value: "lines", label: texts.lines },
            { value: "history", label: texts.history(review.data.events.length) },
          ]}
        />
        {side === "lines" && count.open > 0 && (
          <Choice
            label={texts.which}
            value={props.onlyOpen ? "open" : "all"}
            onChange={(value) => props.setOnlyOpen(value === "open")}
            options={[
              { value: "open", label: texts.toLookAt(count.open) },
              { value: "all", label: texts.allLines(count.all) },
            ]}
          />
        )}
      </div>
      <div className="call-score-list" ref={props.list} tabIndex={0} role="group" aria-label={texts.lines}>
        {side === "history" ? (
          <Suspense>
            <History review={review.data} />
          </Suspense>
        ) : (
          places.map((one, index) => (
            <LineCard
              key={one.line.line.item}
              place={one}
              index={index}
              focused={index === focus}
              writing={writing}
              collecting={props.collecting}
              appealUntil={appealUntil(one, props.appealing, review.data.may_appeal_until)}
              acts={props.acts}
            />
          ))
        )}
      </div>
      {writing && <FinishBar call={props.call} assignment={props.assignment} etag={review.etag} say={props.say} />}
    </>
  );
}

/** The last day of the window in which the agent may appeal; null where the line cannot be appealed. */
function appealUntil(place: Place, appealing: boolean, until: Record<string, string>): string | null {
  if (!appealing || (place.line.appeals ?? []).length > 0) return null;
  return until[place.line.line.item]?.slice(0, 10) ?? null;
}
