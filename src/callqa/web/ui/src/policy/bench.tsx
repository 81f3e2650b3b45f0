import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Empty, Input, Tag } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { points } from "../layout/format";
import { Failure } from "../layout/states";
import { sayingOf } from "../review/evidence";
import { useTexts } from "../texts";
import type { Draft } from "./draft";

type Tried = Read<"Tried">;
type Finding = Tried["findings"][number];

/** A dialogue, written or taken from a call, and what the rules make of it: hits, and why not. */
export function Bench({ draft }: { draft: Draft }) {
  const texts = useTexts();
  const said = texts.policy.bench;
  const [text, setText] = useState(said.example);
  const [withDraft, setWithDraft] = useState(draft.changed);
  const take = useWrite(async (call: string) => {
    const found = await taken(api.GET("/api/v1/calls/{call}/transcript", { params: { path: { call } } }));
    // the server reads Chinese marks, whatever language the page is in
    setText(
      found.turns
        .map(({ party, words }) => `${party === "customer" ? "客户" : "坐席"}：${words.map(([word]) => word).join("")}`)
        .join("\n"),
    );
  });
  const trial = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/policy/try", { body: { text, files: withDraft ? { ...draft.files } : {} } })),
  });
  return (
    <>
      <p className="quiet">{said.about}</p>
      <div className="bench">
        <section className="panel" aria-label={said.dialogue}>
          <Input.Search
            placeholder={said.takeHint}
            enterButton={said.take}
            aria-label={said.takeHint}
            loading={take.isPending}
            onSearch={(call) => call.trim() && take.mutate(call.trim())}
            className="bench-take"
          />
          <Input.TextArea
            value={text}
            rows={16}
            aria-label={said.dialogue}
            maxLength={100_000}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="bench-end">
            {draft.changed && (
              <Checkbox checked={withDraft} onChange={(event) => setWithDraft(event.target.checked)}>
                {said.useDraft}
              </Checkbox>
            )}
            <Button type="primary" disabled={!text.trim()} loading={trial.isPending} onClick={() => trial.mutate()}>
              {said.run}
            </Button>
          </div>
        </section>
        <section className="panel bench-result" aria-live="polite">
          {trial.error ? (
            <Failure error={trial.error} />
          ) : trial.data ? (
            <Outcome tried={trial.data} />
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.waiting} />
          )}
        </section>
      </div>
    </>
  );
}

function Outcome({ tried }: { tried: Tried }) {
  const texts = useTexts();
  const said = texts.policy.bench;
  const { scorecard, findings, near } = tried;
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
        <span className="quiet">
          {tried.policy.id} {tried.policy.version}
        </span>
      </p>
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
            <strong>{titles.get(one.rule) ?? one.rule}</strong> {said.turn(one.turn + 1)}：{said.near(one.text, one.wording)}
            <span className="quiet">{said.nearScore(one.similarity.toFixed(2), one.threshold.toFixed(2))}</span>
          </li>
        ))}
      </ul>
      {lost.length > 0 && <h3>{said.lines}</h3>}
      <ul className="bench-near">
        {lost.map((line) => (
          <li key={line.item}>
            <strong>{line.title}</strong> {points(line.points)} / {points(line.max_points)}
            <span className="quiet">{line.reason}</span>
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
  const verdict = finding.subject === "rule" ? texts.ruleVerdict[finding.verdict] : texts.verdict[finding.verdict];
  return (
    <div className="finding">
      <div className="finding-head">
        <span className={`verdict verdict-${finding.verdict}`}>{finding.state ? texts.stepState[finding.state] : verdict}</span>
        <span className="finding-title">{finding.title}</span>
      </div>
      {finding.explanation.detail && <p className="finding-why">{finding.explanation.detail}</p>}
      <ul className="evidence">
        {finding.evidence.map((one, number) => (
          <li key={number}>{sayingOf(one, texts)}</li>
        ))}
      </ul>
    </div>
  );
}
