import { Tag } from "antd";

import type { Read } from "../api/read";
import { points } from "../layout/format";
import { sayingOf } from "../review/evidence";
import { useTexts, type Texts } from "../texts";

type Tried = Read<"Tried">;
type Finding = Tried["findings"][number];
type Moved = NonNullable<Tried["moved"]>[number];

/** What the rules make of a dialogue: hits, and why not; with another version beside it, what that one made of it. */
export function BenchResult({ tried, by, against }: { tried: Tried; by: string; against: string }) {
  const texts = useTexts();
  const said = texts.policy.bench;
  const { scorecard, findings, near, before, moved = [] } = tried;
  const of = (verdict: string) => findings.filter((one) => one.verdict === verdict);
  const titles = new Map(findings.map(({ id, title }) => [id, title]));
  const lost = scorecard.lines.filter((line) => line.status === "scored" && !line.bonus && line.points < line.max_points);
  const broken = new Set(of("broken").map(({ id }) => id));
  const missed = near
    .filter(({ rule }) => !broken.has(rule))
    .sort((a, b) => b.similarity - b.threshold - (a.similarity - a.threshold));
  return (
    <>
      <p className="bench-total">
        {said.total} <strong>{points(scorecard.total)}</strong> {scorecard.grade_title && <Tag>{scorecard.grade_title}</Tag>}
        <span className="quiet">{by}</span>
      </p>
      {before && (
        <section className="bench-moved">
          <p>
            {said.before(against)} <strong>{points(before.scorecard.total)}</strong>{" "}
            {before.scorecard.grade_title && <Tag>{before.scorecard.grade_title}</Tag>}
          </p>
          <h3>{said.moved(moved.length)}</h3>
          {moved.length === 0 && <p className="quiet">{said.nothingMoved}</p>}
          {moved.map((one) => (
            <MovedLine key={`${one.subject}${one.id}`} moved={one} />
          ))}
        </section>
      )}
      <h3>{said.hits}</h3>
      {of("broken").length === 0 && <p className="quiet">{said.nothing}</p>}
      {of("broken").map((one) => (
        <Found key={`${one.subject}${one.id}`} finding={one} />
      ))}
      {of("unsure").length > 0 && <h3>{said.unsure}</h3>}
      {of("unsure").map((one) => (
        <Found key={`${one.subject}${one.id}`} finding={one} />
      ))}
      <h3>{said.silent}</h3>
      {missed.length === 0 && <p className="quiet">{said.noNear}</p>}
      <ul className="bench-near">
        {missed.map((one) => (
          <li key={`${one.rule}${one.turn}`}>
            <strong>{titles.get(one.rule) ?? one.rule}</strong> {said.turn(one.turn + 1)}
            {texts.marks.colon}
            {said.near(one.text, one.wording)}
            <span className="quiet">{said.nearScore(one.similarity.toFixed(2), one.threshold.toFixed(2))}</span>
          </li>
        ))}
      </ul>
      {lost.length > 0 && <h3>{said.lines}</h3>}
      <ul className="bench-near">
        {lost.map((line) => (
          <li key={line.item}>
            <strong>{line.title}</strong> {points(line.points)} / {points(line.max_points)}
            <span className="quiet">{texts.told(line.reason ?? "")}</span>
          </li>
        ))}
      </ul>
      <details>
        <summary>
          {said.met} {of("met").length}
        </summary>
        {of("met").map((one) => (
          <Found key={`${one.subject}${one.id}`} finding={one} />
        ))}
      </details>
    </>
  );
}

/** A verdict with its words; what is only written has no sound to go to. */
function Found({ finding }: { finding: Finding }) {
  const texts = useTexts();
  return (
    <div className="finding">
      <div className="finding-head">
        <Verdict finding={finding} />
        <span className="finding-title">{finding.title}</span>
      </div>
      {finding.explanation.detail && <p className="finding-why">{texts.told(finding.explanation.detail)}</p>}
      <ul className="evidence">
        {finding.evidence.map((one, number) => (
          <li key={number}>{sayingOf(one, texts)}</li>
        ))}
      </ul>
    </div>
  );
}

/** A step or rule that comes out differently: before, after, and the words that decide. */
function MovedLine({ moved }: { moved: Moved }) {
  const texts = useTexts();
  const said = texts.policy.bench;
  const telling = [moved.new, moved.old].find((one) => one && one.verdict !== "met" && one.verdict !== "not_applicable");
  const seen = telling ?? moved.new ?? moved.old;
  return (
    <div className="finding">
      <div className="finding-head">
        {moved.old ? <Verdict finding={moved.old} /> : <span className="quiet">{said.notThere}</span>}
        <span aria-label={said.becomes}>→</span>
        {moved.new ? <Verdict finding={moved.new} /> : <span className="quiet">{said.notThere}</span>}
        <span className="finding-title">{moved.title}</span>
      </div>
      <ul className="evidence">
        {(seen?.evidence ?? []).map((one, number) => (
          <li key={number}>{sayingOf(one, texts)}</li>
        ))}
      </ul>
    </div>
  );
}

function Verdict({ finding }: { finding: Finding }) {
  const texts = useTexts();
  return <span className={`verdict verdict-${finding.verdict}`}>{wordOf(finding, texts)}</span>;
}

function wordOf({ subject, verdict, state }: Finding, texts: Texts): string {
  if (subject === "rule") return texts.ruleVerdict[verdict];
  return state ? texts.stepState[state] : texts.verdict[verdict];
}
