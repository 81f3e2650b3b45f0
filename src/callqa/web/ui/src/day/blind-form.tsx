import { Button, Checkbox, Input, InputNumber, Radio } from "antd";
import { useState } from "react";

import type { Read } from "../api/read";
import { points as shown } from "../layout/format";
import { useTexts } from "../texts";

type Line = Read<"BlindLine">;
type Answer = Read<"BlindAnswer">;
interface Draft {
  kind: "full" | "none" | "some" | "unheard" | null;
  points: number | null;
  fatal: boolean;
  reason: string;
}
const EMPTY: Draft = { kind: null, points: null, fatal: false, reason: "" };

/** One answer for every line of the rubric; nothing of what the machine or a colleague thinks stands here. */
export function BlindForm({
  lines,
  busy,
  onSend,
  onSkip,
}: {
  lines: readonly Line[];
  busy: boolean;
  onSend: (answers: Answer[]) => void;
  onSkip: () => void;
}) {
  const texts = useTexts();
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [pressed, setPressed] = useState(false);
  const draftOf = (item: string) => drafts[item] ?? EMPTY;
  const put = (item: string, changed: Partial<Draft>) =>
    setDrafts((before) => ({ ...before, [item]: { ...(before[item] ?? EMPTY), ...changed } }));
  const open = lines.filter((line) => !answered(draftOf(line.item)));
  const send = () => {
    setPressed(true);
    if (open.length > 0) {
      document.getElementById(`blind-${open[0]?.item}`)?.scrollIntoView({ block: "center" });
      return;
    }
    onSend(lines.map((line) => answerOf(line, draftOf(line.item))));
  };
  return (
    <div className="blind-form">
      <ol className="blind-lines" tabIndex={0} aria-label={texts.day.form}>
        {lines.map((line) => {
          const draft = draftOf(line.item);
          const missing = pressed && !answered(draft);
          return (
            <li key={line.item} id={`blind-${line.item}`} className={missing ? "blind-missing" : undefined}>
              <div className="day-line">
                <strong>{line.title}</strong>
                <span className="quiet">
                  {line.bonus ? texts.day.bonus(shown(line.max_points)) : texts.day.outOf(shown(line.max_points))}
                </span>
                {missing && <span className="day-bad day-right">{texts.day.answerMissing}</span>}
              </div>
              <div className="blind-answer">
                <Radio.Group
                  // nothing is chosen beforehand: a form that suggests an answer is not blind
                  value={draft.kind}
                  size="small"
                  optionType="button"
                  aria-label={line.title}
                  onChange={(event) => put(line.item, { kind: event.target.value as Draft["kind"] })}
                  options={[
                    { value: "full", label: texts.day.full },
                    { value: "some", label: texts.day.some },
                    { value: "none", label: texts.day.none },
                    { value: "unheard", label: texts.day.unheard },
                  ]}
                />
                {draft.kind === "some" && (
                  <InputNumber
                    autoFocus
                    size="small"
                    min={0}
                    max={line.max_points}
                    value={draft.points}
                    status={missing ? "error" : undefined}
                    aria-label={texts.day.pointsOf(line.title)}
                    onChange={(points) => put(line.item, { points })}
                  />
                )}
                {line.red_line && (
                  <Checkbox checked={draft.fatal} onChange={(event) => put(line.item, { fatal: event.target.checked })}>
                    {texts.day.redLineHit}
                  </Checkbox>
                )}
              </div>
              {(draft.kind === "some" || draft.kind === "none" || draft.fatal) && (
                <Input
                  value={draft.reason}
                  maxLength={2000}
                  placeholder={texts.day.reasonOptional}
                  aria-label={texts.day.reasonOf(line.title)}
                  onChange={(event) => put(line.item, { reason: event.target.value })}
                />
              )}
            </li>
          );
        })}
      </ol>
      <div className="finish-bar">
        <Button type="primary" loading={busy} onClick={send}>
          {texts.day.handIn}
        </Button>
        <Button onClick={onSkip}>{texts.review.skip}</Button>
        <span className="quiet" aria-live="polite">
          {open.length ? texts.day.answersLeft(open.length) : texts.day.answersWhole}
        </span>
      </div>
    </div>
  );
}

function answered(draft: Draft): boolean {
  return draft.kind !== null && (draft.kind !== "some" || draft.points !== null);
}

function answerOf(line: Line, draft: Draft): Answer {
  const points =
    draft.kind === "full" ? line.max_points : draft.kind === "none" ? 0 : draft.kind === "some" ? draft.points : null;
  return { item: line.item, points, fatal: line.red_line && draft.fatal, reason: draft.reason.trim() };
}
