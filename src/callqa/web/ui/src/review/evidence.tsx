import { PlayCircleOutlined } from "@ant-design/icons";
import { Button } from "antd";

import { spanOf, type Evidence, type Finding } from "../calls/call-view";
import { clockTime, type Span } from "../player/spans";
import { useTexts, type Texts } from "../texts";

/** Why a verdict was given, in words and with its place: what was said, or where it was looked for. */
export function FindingLine({ finding, play }: { finding: Finding; play: (span: Span) => void }) {
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
      </div>
      {finding.explanation.detail && <p className="finding-why">{finding.explanation.detail}</p>}
      <ul className="evidence">
        {finding.evidence.map((one, number) => (
          <EvidenceLine key={number} evidence={one} play={play} />
        ))}
      </ul>
      {(finding.slots ?? []).length > 0 && (
        <ul className="slots">
          {(finding.slots ?? []).map((slot) => (
            <li key={slot.name}>
              {slot.name}：{slot.text}
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

function verdictOf(finding: Finding, texts: Texts): string {
  if (finding.subject === "rule") return texts.ruleVerdict[finding.verdict];
  return finding.state ? texts.stepState[finding.state] : texts.verdict[finding.verdict];
}

function EvidenceLine({ evidence, play }: { evidence: Evidence; play: (span: Span) => void }) {
  const texts = useTexts();
  const span = spanOf(evidence);
  return (
    <li>
      {span && (
        <Button
          type="text"
          size="small"
          icon={<PlayCircleOutlined />}
          aria-label={`${texts.review.playEvidence} ${clockTime(span.start)}`}
          onClick={() => play(span)}
        >
          {clockTime(span.start)}
        </Button>
      )}
      <span>{sayingOf(evidence, texts)}</span>
    </li>
  );
}

/** A quote, or "searched from … to …, nearest: …", or the number that decided. */
export function sayingOf(evidence: Evidence, texts: Texts): string {
  if (evidence.kind === "quote") return `${texts.party[evidence.party]}：“${evidence.text}”`;
  if (evidence.kind === "absence") {
    const searched = texts.review.searched(
      clockTime(evidence.searched.start),
      clockTime(evidence.searched.end),
      evidence.expected,
    );
    return evidence.nearest
      ? `${searched} ${texts.review.nearest(evidence.nearest.text, Math.round((evidence.similarity ?? 0) * 100))}`
      : searched;
  }
  const value = evidence.value === null || evidence.value === undefined ? texts.common.unknown : String(evidence.value);
  return `${evidence.name}：${value}${evidence.unit ?? ""}`;
}
