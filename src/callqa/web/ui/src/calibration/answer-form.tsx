import { CaretRightFilled, PauseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, InputNumber, Space } from "antd";
import { useEffect, useMemo, useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { turnsOf } from "../calls/call-view";
import { points } from "../layout/format";
import { Loaded } from "../layout/states";
import { Clock } from "../player/clock";
import { Dialogue } from "../player/dialogue";
import { clockTime } from "../player/spans";
import { ClockContext, useClock, useClockState } from "../player/use-clock";
import { useTexts } from "../texts";

type Line = Read<"BlindLine">;
type Answer = Read<"Answer">;
/** Points, null for "not heard", undefined for "not filled in". */
type Given = Record<string, number | null | undefined>;

/** Sound and words of a call, without any verdict, beside the form to fill in. */
export function AnswerForm({
  round,
  call,
  lines,
  given,
}: {
  round: string;
  call: string;
  lines: readonly Line[];
  given: readonly Answer[];
}) {
  const texts = useTexts().calibration;
  const { message } = App.useApp();
  const [answers, setAnswers] = useState<Given>(() => Object.fromEntries(given.map((one) => [one.item, one.points])));
  const save = useWrite(
    () =>
      taken(
        api.POST("/api/v1/calibrations/{round_id}/answers", {
          params: { path: { round_id: round } },
          body: { call, answers: lines.map(({ item }) => ({ item, points: answers[item] ?? null })) },
        }),
      ),
    { changes: [["calibrations"]], done: () => void message.success(texts.saved) },
  );
  const open = lines.filter(({ item }) => answers[item] === undefined);
  const put = (item: string, value: number | null | undefined) => setAnswers((known) => ({ ...known, [item]: value }));
  return (
    <div className="answer">
      <Listening call={call} />
      <div>
        <ul className="answer-lines">
          {lines.map((line) => {
            const value = answers[line.item];
            return (
              <li key={line.item}>
                <span className="answer-title">{line.title}</span>
                <Space size={6}>
                  <InputNumber
                    size="small"
                    min={0}
                    max={line.max_points}
                    step={0.5}
                    disabled={value === null}
                    value={value ?? undefined}
                    aria-label={`${line.title} ${texts.points}`}
                    onChange={(typed) => put(line.item, typed ?? undefined)}
                  />
                  <span className="answer-full">/ {points(line.max_points)}</span>
                  <Checkbox
                    checked={value === null}
                    aria-label={`${line.title} ${texts.unheard}`}
                    onChange={(event) => put(line.item, event.target.checked ? null : undefined)}
                  >
                    {texts.unheard}
                  </Checkbox>
                </Space>
              </li>
            );
          })}
        </ul>
        <Space wrap className="answer-end">
          <Button
            disabled={open.length === 0}
            onClick={() =>
              setAnswers((known) => ({ ...known, ...Object.fromEntries(open.map((line) => [line.item, line.max_points])) }))
            }
          >
            {texts.restFull}
          </Button>
          <Button type="primary" disabled={open.length > 0} loading={save.isPending} onClick={() => save.mutate(undefined)}>
            {texts.save}
          </Button>
          {open.length > 0 && <span className="quiet">{texts.incomplete(open.length)}</span>}
        </Space>
      </div>
    </div>
  );
}

function Listening({ call }: { call: string }) {
  const texts = useTexts();
  const [clock] = useState(() => new Clock());
  const path = { call };
  const asked = useQuery({
    queryKey: ["transcript", call, undefined],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}/transcript", { params: { path } })),
  });
  const turns = useMemo(
    () => (asked.data ? turnsOf(asked.data, { findings: [], techniques: undefined }, texts) : []),
    [asked.data, texts],
  );
  const last = turns.at(-1)?.end ?? 0;
  useEffect(() => {
    if (last) clock.load(`/api/v1/calls/${encodeURIComponent(call)}/audio`, last);
    return () => clock.pause();
  }, [clock, call, last]);
  return (
    <ClockContext.Provider value={clock}>
      <div className="listening">
        <PlayPause />
        <div className="listening-words">
          <Loaded query={asked}>{() => <Dialogue turns={turns} target={null} />}</Loaded>
        </div>
      </div>
    </ClockContext.Provider>
  );
}

function PlayPause() {
  const texts = useTexts().player;
  const clock = useClock();
  const playing = useClockState((state) => state.playing);
  const time = useClockState((state) => Math.floor(state.time / 1000));
  const duration = useClockState((state) => state.duration);
  const broken = useClockState((state) => state.broken);
  return (
    <Space>
      <Button
        type="primary"
        icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
        disabled={broken}
        onClick={() => clock.toggle()}
      >
        {playing ? texts.pause : texts.play}
      </Button>
      <span className="controls-time">
        {clockTime(time * 1000)} / {clockTime(duration)}
      </span>
      {broken && <span className="clip-broken">{texts.broken}</span>}
    </Space>
  );
}
