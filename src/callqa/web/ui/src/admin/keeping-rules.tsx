import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, InputNumber, Popconfirm, Select, Space } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";

type Rule = Read<"RuleOfKeeping">;
type Kind = Rule["kind"];
type Outcome = NonNullable<Rule["outcome"]>;

const KINDS: readonly Kind[] = ["audio", "raw_text", "results"];
const OUTCOMES: readonly Outcome[] = ["all", "ordered", "not_ordered"];

/** Rules of keeping; what they make due is shown before anything is deleted. */
export function KeepingRules() {
  const texts = useTexts().keeping;
  const rules = useQuery({ queryKey: ["retention", "rules"], queryFn: () => taken(api.GET("/api/v1/retention")) });
  return (
    <section>
      <h2>{texts.rules}</h2>
      <p className="quiet">{texts.rulesAbout}</p>
      <Loaded query={rules} rows={3}>
        {(found) => <Editor key={JSON.stringify(found.rules)} stored={found.rules} />}
      </Loaded>
      <Due />
    </section>
  );
}

function Editor({ stored }: { stored: readonly Rule[] }) {
  const texts = useTexts().keeping;
  const { message } = App.useApp();
  const [rules, setRules] = useState<readonly Rule[]>(stored);
  const save = useWrite(
    () => taken(api.PUT("/api/v1/retention", { body: { rules: [...rules] } })),
    { changes: [["retention"]], done: () => void message.success(texts.saved) },
  );
  const places = rules.map(({ kind, outcome }) => `${kind} ${outcome ?? "all"}`);
  const twice = new Set(places).size !== places.length;
  const put = (number: number, change: Partial<Rule>) =>
    setRules(rules.map((one, at) => (at === number ? { ...one, ...change } : one)));
  const free = KINDS.flatMap((kind) => OUTCOMES.map((outcome) => ({ kind, outcome }))).find(
    ({ kind, outcome }) => !places.includes(`${kind} ${outcome}`),
  );
  return (
    <>
      {rules.length === 0 && <p>{texts.noRules}</p>}
      {rules.map((rule, number) => (
        <Space key={number} wrap className="keeping-rule">
          <Select
            value={rule.kind}
            aria-label={texts.kind}
            className="keeping-kind"
            options={KINDS.map((value) => ({ value, label: texts.kinds[value] }))}
            onChange={(kind) => put(number, { kind })}
          />
          <Select
            value={rule.outcome ?? "all"}
            aria-label={texts.outcome}
            className="keeping-kind"
            options={OUTCOMES.map((value) => ({ value, label: texts.outcomes[value] }))}
            onChange={(outcome) => put(number, { outcome })}
          />
          <InputNumber
            min={1}
            max={36_500}
            value={rule.days}
            aria-label={texts.days}
            suffix={texts.days}
            className="keeping-days"
            onChange={(days) => days && put(number, { days })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={texts.remove}
            onClick={() => setRules(rules.filter((_, at) => at !== number))}
          />
        </Space>
      ))}
      {twice && (
        <p role="alert" className="clip-broken">
          {texts.twice}
        </p>
      )}
      <Space wrap>
        <Button icon={<PlusOutlined />} disabled={!free} onClick={() => free && setRules([...rules, { ...free, days: 180 }])}>
          {texts.addRule}
        </Button>
        <Button
          type="primary"
          disabled={twice || JSON.stringify(rules) === JSON.stringify(stored)}
          loading={save.isPending}
          onClick={() => save.mutate(undefined)}
        >
          {texts.save}
        </Button>
      </Space>
    </>
  );
}

function Due() {
  const texts = useTexts().keeping;
  const { message } = App.useApp();
  const due = useQuery({
    queryKey: ["retention", "due"],
    queryFn: () => taken(api.GET("/api/v1/retention/due")),
    staleTime: 0,
  });
  const apply = useWrite(() => taken(api.POST("/api/v1/retention/apply", { body: { dry_run: false } })), {
    changes: [["retention"], ["erasures"], ["calls"]],
    done: ({ items }) => {
      const [proof] = items;
      void message.success(proof ? texts.applied(proof.calls, proof.files) : texts.nothingApplied);
    },
  });
  return (
    <>
      <h3>{texts.due}</h3>
      <Loaded query={due} rows={1}>
        {({ calls, held }) => {
          const some = Object.entries(calls).filter(([, count]) => count > 0);
          return (
            <>
              {some.length === 0 ? (
                <p className="quiet">{texts.nothingDue}</p>
              ) : (
                <ul>
                  {some.map(([kind, count]) => (
                    <li key={kind}>{texts.dueCalls(texts.kinds[kind] ?? kind, count)}</li>
                  ))}
                </ul>
              )}
              {Object.entries(held)
                .filter(([, count]) => count > 0)
                .map(([kind, count]) => (
                  <p key={kind} className="quiet">
                    {texts.heldCalls(texts.kinds[kind] ?? kind, count)}
                  </p>
                ))}
              {some.length > 0 && (
                <Popconfirm title={texts.applySure} okButtonProps={{ danger: true }} onConfirm={() => apply.mutate(undefined)}>
                  <Button danger loading={apply.isPending}>
                    {texts.apply}
                  </Button>
                </Popconfirm>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
