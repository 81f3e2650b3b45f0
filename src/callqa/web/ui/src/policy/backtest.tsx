import { useQuery } from "@tanstack/react-query";
import { Alert, Button, InputNumber, Modal, Progress, Select, Table } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { percent, points } from "../layout/format";
import { usePeople } from "../session/names";
import { useLanguage, useTexts } from "../texts";
import { titleOf, useVersions } from "./versions-query";

type Result = NonNullable<Read<"BacktestShown">["result"]>;
type Row = Result["rows"][number];
type Flip = Result["flips"][number];
type Side = Row["old"];

/** The draft over stored calls: begun here, done in the background, asked for until it is there. */
export function Backtest({
  base,
  files,
  onDone,
  onClose,
}: {
  base: string;
  files: Readonly<Record<string, string>>;
  onDone: () => void;
  onClose: () => void;
}) {
  const { marks, told } = useTexts();
  const texts = useTexts().policy.backtest;
  const [calls, setCalls] = useState(100);
  const [against, setAgainst] = useState<string>();
  const versions = useVersions();
  const [running, setRunning] = useState<string | null>(null);
  const start = useWrite(
    () =>
      taken(
        api.POST("/api/v1/policy/backtests", {
          body: { base, files: { ...files }, calls, minutes_per_line: 2, ...(against ? { against } : {}) },
        }),
      ),
    { done: (made) => setRunning(made.id) },
  );
  const trial = useQuery({
    queryKey: ["policy", "backtest", running],
    queryFn: () => taken(api.GET("/api/v1/policy/backtests/{backtest}", { params: { path: { backtest: running ?? "" } } })),
    enabled: running !== null,
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : 1000),
  });
  const shown = trial.data;
  const done = shown?.state === "done";
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);
  const busy = start.isPending || (running !== null && (!shown || shown.state === "running"));
  return (
    <Modal open width={980} title={texts.title} footer={null} onCancel={onClose}>
      <p>{texts.about}</p>
      <div className="toolbar">
        <label className="backtest-calls">
          {texts.calls} <InputNumber min={1} max={1000} value={calls} disabled={busy} onChange={(value) => setCalls(value ?? 100)} />
        </label>
        <label className="backtest-calls">
          {texts.against}{" "}
          <Select
            className="backtest-against"
            allowClear
            disabled={busy}
            placeholder={texts.own}
            value={against}
            onChange={setAgainst}
            options={[...(versions.data?.items ?? [])].reverse().map((one) => ({ value: one.ref.sha256, label: titleOf(one) }))}
          />
        </label>
        <Button type="primary" loading={busy} onClick={() => start.mutate(undefined)}>
          {shown && !busy ? texts.again : texts.start}
        </Button>
      </div>
      {busy && shown && (
        <div aria-live="polite">
          <Progress percent={shown.total ? Math.floor((100 * shown.done) / shown.total) : 0} />
          <p className="quiet">{texts.running(shown.done, shown.total)}</p>
        </div>
      )}
      {shown?.state === "failed" && <Alert type="error" showIcon title={texts.failed} description={shown.message} />}
      {shown?.result && (
        <>
          <p className="quiet">
            {texts.sides(`${titleOf(shown.policy)}${Object.keys(files).length ? ` ${texts.draft}` : ""}`, titleOf(shown.against))}
          </p>
          {shown.left_out.length > 0 && (
            <p className="quiet">
              {texts.leftOut(shown.left_out.reduce((sum, one) => sum + one.calls, 0))}
              {marks.colon}
              {shown.left_out.map((one) => texts.leftWhy(told(one.why), one.calls)).join(marks.comma)}
            </p>
          )}
          <Outcome result={shown.result} />
        </>
      )}
    </Modal>
  );
}

function Outcome({ result }: { result: Result }) {
  const { marks, told } = useTexts();
  const texts = useTexts().policy.backtest;
  const { language } = useLanguage();
  const { nameOf } = usePeople();
  return (
    <div className="backtest">
      <p>
        <strong>{texts.summary(result.calls, result.flipped, points(result.old_mean), points(result.new_mean))}</strong>
      </p>
      <p>{texts.work(points(result.old_minutes), points(result.new_minutes))}</p>
      <p>
        {texts.grades}
        {marks.colon}
        {result.grades.map((one) => texts.grade(one.title, one.old, one.new)).join(marks.comma)}
      </p>
      <h3>{texts.rows}</h3>
      <Table<Row>
        rowKey={(row) => `${row.subject}${row.id}`}
        size="small"
        pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={[...result.rows]}
        scroll={{ x: 700 }}
        columns={[
          { title: texts.row, dataIndex: "title", width: 200 },
          {
            title: texts.perThousand,
            align: "right",
            render: (_, row) => `${rate(row.old)} → ${rate(row.new)}`,
          },
          { title: texts.nowBroken, align: "right", width: 100, render: (_, row) => row.now_broken || "" },
          { title: texts.nowCleared, align: "right", width: 100, render: (_, row) => row.now_cleared || "" },
          {
            title: texts.precision,
            align: "right",
            width: 200,
            render: (_, { new: side }) =>
              side?.precision !== null && side?.precision !== undefined
                ? percent(side.precision, language, 0) +
                  marks.aside(`${percent(side.precision_low, language, 0)} – ${percent(side.precision_high, language, 0)}`)
                : "—",
          },
        ]}
      />
      <h3>{texts.flips}</h3>
      {result.flips.length === 0 ? (
        <p className="quiet">{texts.noFlips}</p>
      ) : (
        <Table<Flip>
          rowKey="call"
          size="small"
          pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
          dataSource={[...result.flips]}
          scroll={{ x: 700 }}
          columns={[
            {
              title: texts.flips,
              width: 130,
              render: (_, one) => (
                <>
                  <Link to={`/calls/${encodeURIComponent(one.call)}`} target="_blank">
                    {one.call}
                  </Link>
                  <div className="quiet">{nameOf(one.agent)}</div>
                </>
              ),
            },
            {
              title: texts.score,
              width: 150,
              render: (_, one) => (
                <>
                  {points(one.old_total)} → {points(one.new_total)}
                  <div className="quiet">
                    {one.old_grade === one.new_grade ? one.new_grade : `${one.old_grade} → ${one.new_grade}`}
                  </div>
                </>
              ),
            },
            {
              title: texts.why,
              render: (_, one) => one.changes.map((change) => <div key={change}>{told(change)}</div>),
            },
          ]}
        />
      )}
      {result.failed.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={texts.failures(result.failed.length)}
          description={
            <ul className="faults">
              {result.failed.map((why) => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}

function rate(side: Side): string {
  return side === null || side.per_thousand === null ? "—" : side.per_thousand.toFixed(0);
}
