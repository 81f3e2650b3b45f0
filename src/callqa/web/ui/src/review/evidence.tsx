import { PlayCircleOutlined } from "@ant-design/icons";

import { spanOf, type Evidence, type Finding } from "../calls/call-view";
import { clockTime, type Span } from "../player/spans";
import { useTexts, type Texts } from "../texts";
import type { EventAsked } from "./use-review";

/** Why a verdict was given, in words and with its place: what was said, or where it was looked for. */
export function FindingLine({
  finding,
  play,
  say,
}: {
  finding: Finding;
  play: (span: Span) => void;
  /** Left out: this person may not correct. */
  say?: (events: readonly EventAsked[]) => void;
}) {
  const texts = useTexts();
  return (
    <div className={`finding finding-${finding.verdict}`}>
      <div className="finding-head">
        <span className={`verdict verdict-${finding.verdict}`}>{verdictOf(finding, texts)}</span>
        <span className="finding-title">{finding.title}</span>
        {finding.explanation.score !== null && finding.explanation.score !== undefined && (
          <span className="finding-score">
            {texts.review.similarity(finding.explanation.score.toFixed(2), finding.explanation.threshold?.toFixed(2))}
          </span>
        )}
        {say && <Correction finding={finding} say={say} />}
      </div>
      {finding.explanation.detail && <p className="finding-why">{texts.told(finding.explanation.detail)}</p>}
      <ul className="evidence">
        {finding.evidence.map((one, number) => (
          <EvidenceLine key={number} evidence={one} play={play} />
        ))}
      </ul>
      {(finding.slots ?? []).length > 0 && (
        <ul className="slots">
          {(finding.slots ?? []).map((slot) => (
            <li key={slot.name}>
              {slot.name}{texts.marks.colon}{slot.text}
              {slot.expected && slot.expected !== slot.value && (
                <span className="slot-expected">{texts.review.shouldBe(slot.expected)}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The verdict was wrong, whether or not points change: a label to learn from. */
function Correction({ finding, say }: { finding: Finding; say: (events: readonly EventAsked[]) => void }) {
  const texts = useTexts();
  const verdicts = finding.subject === "rule" ? texts.ruleVerdict : texts.verdict;
  return (
    <select
      className="correction"
      value=""
      aria-label={`${texts.review.correctVerdict}${texts.marks.colon}${finding.title}`}
      onChange={({ target }) =>
        say([
          {
            kind: "correct",
            subject: finding.subject,
            target: finding.id,
            verdict: target.value as Finding["verdict"],
            reason: "",
            quote: "",
          },
        ])
      }
    >
      <option value="">{texts.review.correctVerdict}</option>
      {Object.entries<string>(verdicts).map(
        ([verdict, name]) =>
          verdict !== finding.verdict && (
            <option key={verdict} value={verdict}>
              {name}
            </option>
          ),
      )}
    </select>
  );
}

export function verdictOf(finding: Finding, texts: Texts): string {
  if (finding.subject === "rule") return texts.ruleVerdict[finding.verdict];
  return finding.state ? texts.stepState[finding.state] : texts.verdict[finding.verdict];
}

function EvidenceLine({ evidence, play }: { evidence: Evidence; play: (span: Span) => void }) {
  const texts = useTexts();
  const span = spanOf(evidence);
  return (
    <li>
      {span && (
        <button
          type="button"
          className="evidence-play"
          aria-label={`${texts.review.playEvidence} ${clockTime(span.start)}`}
          title={texts.review.playEvidence + texts.marks.aside("E")}
          onClick={() => play(span)}
        >
          <PlayCircleOutlined /> {clockTime(span.start)}
        </button>
      )}
      <span>{sayingOf(evidence, texts)}</span>
    </li>
  );
}

/** A quote, or "searched from … to …, nearest: …", or the number that decided. */
export function sayingOf(evidence: Evidence, texts: Texts): string {
  if (evidence.kind === "quote") return `${texts.party[evidence.party]}${texts.marks.colon}“${evidence.text}”`;
  if (evidence.kind === "absence") {
    const searched = texts.review.searched(
      clockTime(evidence.searched.start),
      clockTime(evidence.searched.end),
      wantedOf(evidence.expected, texts),
    );
    return evidence.nearest
      ? `${searched} ${texts.review.nearest(evidence.nearest.text, Math.round((evidence.similarity ?? 0) * 100))}`
      : searched;
  }
  return readingOf(evidence, texts);
}

/** What was looked for: a sentence of the script in quotes, or wordings that stand in quotes of their own. */
export function wantedOf(expected: string, texts: Texts): string {
  return expected.startsWith("“") ? texts.told(expected) : `“${texts.told(expected)}”`;
}

/** A number or a field of the call that decided. */
export function readingOf({ name, value, unit }: Extract<Evidence, { kind: "reading" }>, texts: Texts): string {
  const readings: Record<string, string> = texts.readings;
  const fields: Record<string, string> = texts.callFields;
  const field = /^call\.(.+)$/.exec(name)?.[1];
  const title = field === undefined ? (readings[name] ?? name) : (fields[field] ?? field);
  return title + texts.marks.colon + plainValue(value, unit ?? "", texts);
}

function plainValue(value: string | number | boolean | null | undefined, unit: string, texts: Texts): string {
  if (value === null || value === undefined) return texts.common.unknown;
  if (typeof value === "boolean") return value ? texts.common.yes : texts.common.no;
  return typeof value === "number" ? texts.measured(value, unit) : value + unit;
}
