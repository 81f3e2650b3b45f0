import { useMutation } from "@tanstack/react-query";
import { Button, Empty, Form, Input, Select } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { Failure } from "../layout/states";
import { useTexts } from "../texts";
import "./bench.css";
import { BenchResult } from "./bench-result";
import type { Draft } from "./draft";
import { titleOf, useVersions } from "./versions-query";

const DRAFT = "draft";
const LATEST = "latest";

/** A dialogue, written or taken from a call, and what the rules make of it: hits, and why not. */
export function Bench({ draft }: { draft: Draft }) {
  const texts = useTexts();
  const said = texts.policy.bench;
  const [text, setText] = useState(said.example);
  const [side, setSide] = useState(draft.changed ? DRAFT : LATEST);
  // a draft is tried to see what it changes
  const [against, setAgainst] = useState<string | undefined>(draft.changed ? draft.base : undefined);
  const versions = useVersions();
  const known = [...(versions.data?.items ?? [])].reverse().map((one) => ({ value: one.ref.sha256, label: titleOf(one) }));
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
    mutationFn: (_names: { by: string; against: string }) =>
      taken(
        api.POST("/api/v1/policy/try", {
          body: {
            text,
            ...(side === DRAFT && draft.changed ? { base: draft.base, files: { ...draft.files } } : { base: side === DRAFT ? LATEST : side, files: {} }),
            ...(against ? { against } : {}),
          },
        }),
      ),
  });
  const nameOf = (value: string | undefined) => known.find((one) => one.value === value)?.label ?? said.latest;
  const names = { by: side === DRAFT ? said.useDraft : nameOf(side), against: nameOf(against) };
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
            rows={12}
            aria-label={said.dialogue}
            maxLength={100_000}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="bench-end">
            <Form.Item label={said.by} htmlFor="bench-by">
              <Select
                id="bench-by"
                value={side}
                onChange={setSide}
                popupMatchSelectWidth={false}
                options={[
                  ...(draft.changed ? [{ value: DRAFT, label: said.useDraft }] : []),
                  { value: LATEST, label: said.latest },
                  ...known,
                ]}
              />
            </Form.Item>
            <Form.Item label={said.against} htmlFor="bench-against">
              <Select
                id="bench-against"
                allowClear
                placeholder={said.alone}
                value={against}
                onChange={setAgainst}
                popupMatchSelectWidth={false}
                options={known}
              />
            </Form.Item>
            <Button type="primary" disabled={!text.trim()} loading={trial.isPending} onClick={() => trial.mutate(names)}>
              {said.run}
            </Button>
          </div>
        </section>
        <section className="panel bench-result" aria-live="polite">
          {trial.error ? (
            <Failure error={trial.error} />
          ) : trial.data ? (
            <BenchResult tried={trial.data} by={trial.variables.by} against={trial.variables.against} />
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.waiting} />
          )}
        </section>
      </div>
    </>
  );
}
