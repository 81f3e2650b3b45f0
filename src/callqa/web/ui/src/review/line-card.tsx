import { Button, Space, Tag } from "antd";
import { memo } from "react";

import type { Place } from "../calls/call-view";
import { points } from "../layout/format";
import type { Span } from "../player/spans";
import { useTexts } from "../texts";
import { FindingLine } from "./evidence";

interface Props {
  place: Place;
  focused: boolean;
  /** May this person write events? */
  writing: boolean;
  /** May this person appeal against the line, and until when? */
  appealUntil: string | null;
  onFocus: () => void;
  play: (span: Span) => void;
  onConfirm: () => void;
  onEdit: () => void;
  onUnheard: () => void;
  onComment: () => void;
  onAppeal: () => void;
}

/** A line of the scorecard: points, why, evidence, and what a person can say about it. */
export const LineCard = memo(function LineCard(props: Props) {
  const { place, focused, writing, onFocus, play } = props;
  const texts = useTexts();
  const { line, machine, confirmed, appeals } = place.line;
  const changed = line.points !== machine.points || line.status !== machine.status || line.fatal !== machine.fatal;
  return (
    <article
      className={`line${focused ? " line-focused" : ""}`}
      data-item={line.item}
      aria-current={focused || undefined}
      onClick={onFocus}
    >
      <header className="line-head">
        <h3>{line.title}</h3>
        {line.fatal && <Tag color="error">{texts.review.redLine}</Tag>}
        {line.status === "needs_human" && <Tag color="warning">{texts.review.unheard}</Tag>}
        {confirmed && <Tag color="success">{texts.review.confirmed}</Tag>}
        {(appeals ?? []).length > 0 && <Tag color="processing">{texts.review.appealed}</Tag>}
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
      </header>
      {line.reason && <p className="line-reason">{line.reason}</p>}
      {focused && (
        <>
          {place.findings.map((finding) => (
            <FindingLine key={`${finding.subject}:${finding.id}`} finding={finding} play={play} />
          ))}
          <Space wrap className="line-actions">
            {writing && (
              <>
                <Button size="small" onClick={props.onConfirm}>
                  {texts.keys.confirm}
                </Button>
                <Button size="small" onClick={props.onEdit}>
                  {texts.keys.edit}
                </Button>
                <Button size="small" onClick={props.onUnheard}>
                  {texts.keys.unheard}
                </Button>
                <Button size="small" onClick={props.onComment}>
                  {texts.keys.comment}
                </Button>
              </>
            )}
            {props.appealUntil && (
              <Button size="small" onClick={props.onAppeal}>
                {texts.review.appealUntil(props.appealUntil)}
              </Button>
            )}
          </Space>
        </>
      )}
    </article>
  );
});
