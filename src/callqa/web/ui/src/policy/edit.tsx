import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal, Popconfirm, Segmented, Space, Spin } from "antd";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";

import { api, taken } from "../api/client";
import { Failure, Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { Backtest } from "./backtest";
import { Changes } from "./changes";
import { CodeEditor, type EditorFault } from "./code-editor";
import type { Draft } from "./draft";
import { Publish } from "./publish";
import { titleOf, useVersions } from "./versions-query";

/** Faults are asked for when the typing pauses. */
const PAUSE = 900;
const ORDER = ["policy.yaml", "script.yaml", "rules.yaml", "facts.yaml", "techniques.yaml", "rubric.yaml", "privacy.yaml"];

/** The files of the newest version as a draft, with faults while one types. */
export default function Edit({ draft }: { draft: Draft }) {
  const versions = useVersions();
  return (
    <Loaded query={versions} rows={12}>
      {(page) => {
        const newest = page.items.at(-1);
        if (!newest) return null;
        const base = draft.changed ? draft.base : newest.ref.sha256;
        const known = page.items.find(({ ref }) => ref.sha256 === base);
        return <Files key={base} base={base} title={known ? titleOf(known) : base.slice(0, 12)} draft={draft} />;
      }}
    </Loaded>
  );
}

function Files({ base, title, draft }: { base: string; title: string; draft: Draft }) {
  const texts = useTexts();
  const files = useQuery({
    queryKey: ["policy", "files", base],
    queryFn: () => taken(api.GET("/api/v1/policy/{version}/files", { params: { path: { version: base } } })),
    staleTime: Infinity,
  });
  if (files.error)
    return (
      <>
        <Failure error={files.error} retry={() => void files.refetch()} />
        {draft.changed && <Button onClick={draft.discard}>{texts.policy.edit.discard}</Button>}
      </>
    );
  return <Loaded query={files}>{(found) => <Desk base={base} title={title} originals={found.files} draft={draft} />}</Loaded>;
}

function Desk({
  base,
  title,
  originals,
  draft,
}: {
  base: string;
  title: string;
  originals: Readonly<Record<string, string>>;
  draft: Draft;
}) {
  const texts = useTexts();
  const said = texts.policy.edit;
  const { can } = useMe();
  const names = [...ORDER.filter((one) => one in originals), ...Object.keys(originals).filter((one) => !ORDER.includes(one))];
  const [file, setFile] = useState(names[0] ?? "policy.yaml");
  const [open, setOpen] = useState<"compare" | "backtest" | "publish" | null>(null);
  const [tested, setTested] = useState(false);
  const [shown, setShown] = useState<{ line: number } | null>(null);
  const keys = useQuery({
    queryKey: ["policy", "keys"],
    queryFn: () => taken(api.GET("/api/v1/policy/keys")),
    staleTime: Infinity,
  });
  const settled = useSettled(draft.files);
  const check = useQuery({
    queryKey: ["policy", "check", base, settled],
    queryFn: () => taken(api.POST("/api/v1/policy/check", { body: { files: { ...originals, ...settled } } })),
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  const faults = useMemo(
    (): EditorFault[] => (check.data?.faults ?? []).filter((one) => one.file === file).map(({ line, message }) => ({ line, message })),
    [check.data, file],
  );
  const text = draft.files[file] ?? originals[file] ?? "";
  const change = useCallback(
    (written: string) => draft.put(base, file, written, originals[file] ?? ""),
    [draft, base, file, originals],
  );
  const checking = check.isFetching || settled !== draft.files;
  return (
    <>
      <div className="toolbar">
        <Segmented
          value={file}
          onChange={(name) => {
            setFile(name);
            setShown(null);
          }}
          aria-label={said.about}
          options={names.map((one) => ({
            value: one,
            label: `${said.files[one] ?? one}${one in draft.files ? " •" : ""}`,
          }))}
        />
        <span className="quiet">{said.from(title)}</span>
        <Space wrap className="edit-actions">
          <Popconfirm title={said.discardSure} onConfirm={draft.discard} disabled={!draft.changed}>
            <Button disabled={!draft.changed}>{said.discard}</Button>
          </Popconfirm>
          <Button disabled={!draft.changed} onClick={() => setOpen("compare")}>
            {said.compare}
          </Button>
          <Button onClick={() => setOpen("backtest")}>{said.backtest}</Button>
          {can("policy.write") && (
            <Button
              type="primary"
              disabled={!draft.changed || checking || !check.data?.good}
              onClick={() => setOpen("publish")}
            >
              {said.publish}
            </Button>
          )}
        </Space>
      </div>
      <p className="quiet">
        {said.about} {said.keys} {!can("policy.write") && said.readOnly}
      </p>
      <div className="desk">
        <CodeEditor
          key={file}
          name={said.editorName(file)}
          text={text}
          keys={keys.data?.files[file] ?? []}
          faults={faults}
          shown={shown}
          onChange={change}
        />
        <aside className="panel desk-faults" aria-live="polite">
          {checking && (
            <p className="quiet">
              <Spin size="small" /> {said.checking}
            </p>
          )}
          {check.error && <Failure error={check.error} retry={() => void check.refetch()} />}
          {check.data?.good && !checking && <Alert type="success" showIcon title={said.good} />}
          {check.data && !check.data.good && (
            <>
              <h3>{said.faults(check.data.faults.length + check.data.examples.length)}</h3>
              <ul className="desk-list">
                {check.data.faults.map((one, number) => (
                  <li key={number}>
                    <button type="button" className="fault" onClick={() => {
                        setFile(one.file);
                        setShown({ line: one.line });
                      }}
                    >
                      {said.files[one.file] ?? one.file} · {said.line(one.line)}
                    </button>
                    <span>{one.message}</span>
                  </li>
                ))}
                {check.data.examples.map((one) => (
                  <li key={`${one.rule}${one.kind}${one.number}`}>
                    <strong>{said.example(one.rule)}</strong>
                    <q>{one.text}</q>
                    <span>{one.message}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </aside>
      </div>
      {open === "compare" && (
        <Modal open width={760} title={said.compare} footer={null} onCancel={() => setOpen(null)}>
          <Compared base={base} draft={draft} />
        </Modal>
      )}
      {open === "backtest" && (
        <Backtest base={base} files={draft.files} onDone={() => setTested(true)} onClose={() => setOpen(null)} />
      )}
      {open === "publish" && (
        <Publish base={base} draft={draft} tested={tested} originals={originals} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

function Compared({ base, draft }: { base: string; draft: Draft }) {
  const asked = { old: base, new: base, files: { ...draft.files } };
  const difference = useQuery({
    queryKey: ["policy", "difference", asked],
    queryFn: () => taken(api.POST("/api/v1/policy/difference", { body: asked })),
  });
  return <Loaded query={difference}>{(found) => <Changes changes={found.changes} />}</Loaded>;
}

/** The value once it has stood still for a moment. */
function useSettled<T>(value: T): T {
  const deferred = useDeferredValue(value);
  const [settled, setSettled] = useState(deferred);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(deferred), PAUSE);
    return () => clearTimeout(timer);
  }, [deferred]);
  return settled;
}
