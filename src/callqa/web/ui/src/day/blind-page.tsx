import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Skeleton } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { peaksOf, silencesOf, turnsOf } from "../calls/call-view";
import { Failure, Loaded, PageHead } from "../layout/states";
import { Clock } from "../player/clock";
import { Controls } from "../player/controls";
import { Dialogue } from "../player/dialogue";
import { playerKeys } from "../player/player-keys";
import { clockTime, lastStarted } from "../player/spans";
import { ClockContext } from "../player/use-clock";
import { Waveform } from "../player/waveform";
import { useKeys } from "../review/use-keys";
import { WordsDialog } from "../review/words-dialog";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { BlindForm } from "./blind-form";
import { placeOf } from "./queue";
import "./day.css";

type Item = Read<"QueueItem">;

/** A blind review: the sound, the words and the form, without anybody's verdict. */
export default function BlindPage() {
  const texts = useTexts();
  const { id = "" } = useParams();
  const { nameOf } = usePeople();
  const item = useQuery({
    queryKey: ["queue", "one", id],
    queryFn: async () => {
      const path = { assignment: id };
      // claimed on opening, so that nobody else is given it meanwhile
      await taken(api.POST("/api/v1/queue/{assignment}/claim", { params: { path } }));
      return taken(api.GET("/api/v1/queue/{assignment}", { params: { path } }));
    },
    staleTime: Infinity,
    retry: false,
  });
  return (
    <Loaded query={item} rows={14}>
      {(found) => (
        <>
          <PageHead
            title={texts.day.blindTitle(found.assignment.call)}
            about={[nameOf(found.agent), found.product, clockTime(found.duration), texts.day.blindAbout]
              .filter(Boolean)
              .join(" · ")}
          />
          <Blind key={id} item={found} />
        </>
      )}
    </Loaded>
  );
}

function Blind({ item }: { item: Item }) {
  const texts = useTexts();
  const go = useNavigate();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const { call, id } = item.assignment;
  const path = { call };
  const [clock] = useState(() => new Clock());
  const [zoom, setZoom] = useState(0);
  const [skipping, setSkipping] = useState(false);
  const transcript = useQuery({
    queryKey: ["transcript", call, undefined],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}/transcript", { params: { path } })),
  });
  const peaks = useQuery({
    queryKey: ["peaks", call],
    queryFn: () =>
      taken(
        api.GET("/api/v1/calls/{call}/peaks", {
          params: { path, query: { per_second: item.duration > 900_000 ? 4 : 20 } },
        }),
      ),
    staleTime: Infinity,
  });
  useEffect(() => clock.load(`/api/v1/calls/${encodeURIComponent(call)}/audio`, item.duration), [clock, call, item.duration]);
  useEffect(() => () => clock.pause(), [clock]);
  const turns = useMemo(
    () => (transcript.data ? turnsOf(transcript.data, { findings: [], techniques: undefined }, texts) : []),
    [transcript.data, texts],
  );
  useEffect(() => clock.setSilences(silencesOf(turns, item.duration)), [clock, turns, item.duration]);
  const wave = useMemo(() => (peaks.data ? peaksOf(peaks.data) : null), [peaks.data]);
  const jump = useCallback(
    (by: 1 | -1) => {
      // half a second late: the turn just begun is left behind by a step back
      const at = lastStarted(turns, clock.snapshot().time - (by < 0 ? 500 : 0));
      const next = turns[Math.max(0, by > 0 ? at + 1 : at)];
      if (next) clock.seek(next.start);
    },
    [clock, turns],
  );
  useKeys({
    ...playerKeys(clock, setZoom),
    j: () => jump(1),
    k: () => jump(-1),
  });
  const onward = async () => {
    await cache.invalidateQueries({ queryKey: ["queue"], exact: true });
    const left = await cache.fetchQuery({ queryKey: ["queue"], queryFn: () => taken(api.GET("/api/v1/queue")) });
    const next = left.items.find((one) => one.id !== id);
    if (!next) void message.success(texts.review.queueDone);
    void go(next ? placeOf(next) : "/day");
  };
  const send = useWrite(
    async (answers: Read<"BlindAnswers">["answers"]) => {
      const at = { assignment: id };
      // a lease that ran out while listening is taken again
      await taken(api.POST("/api/v1/queue/{assignment}/claim", { params: { path: at } }));
      return taken(api.POST("/api/v1/queue/{assignment}/answers", { params: { path: at }, body: { answers } }));
    },
    { changes: [["calls"], ["plans"]], done: () => void onward() },
  );
  const skip = useWrite(
    (reason: string) =>
      taken(api.POST("/api/v1/queue/{assignment}/skip", { params: { path: { assignment: id } }, body: { reason } })),
    {
      changes: [["plans"]],
      done: () => {
        setSkipping(false);
        void onward();
      },
    },
  );
  if (transcript.error && !transcript.data) {
    return <Failure error={transcript.error} retry={() => void transcript.refetch()} />;
  }
  return (
    <ClockContext.Provider value={clock}>
      <div className="call blind">
        <section className="panel call-sound" aria-label={texts.call.sound}>
          {wave ? (
            <Waveform peaks={wave} duration={item.duration} bands={[]} zoom={zoom} onBand={() => undefined} />
          ) : peaks.error ? (
            <p className="quiet">{texts.call.gone}</p>
          ) : (
            <div className="waveform-waiting">
              <Skeleton.Node active />
            </div>
          )}
          <Controls zoom={zoom} setZoom={setZoom} onPrevious={() => jump(-1)} onNext={() => jump(1)} />
        </section>
        <section className="panel call-words">
          {transcript.data ? <Dialogue turns={turns} target={null} /> : <Skeleton active paragraph={{ rows: 12 }} />}
        </section>
        <section className="panel call-score" aria-label={texts.day.form}>
          <BlindForm
            lines={item.lines}
            busy={send.isPending}
            onSend={(answers) => send.mutate(answers)}
            onSkip={() => setSkipping(true)}
          />
        </section>
      </div>
      {skipping && (
        <WordsDialog
          title={texts.review.skip}
          about={texts.review.skipAbout}
          needed
          ok={texts.review.skip}
          onClose={() => setSkipping(false)}
          onSave={(reason) => skip.mutate(reason)}
        />
      )}
    </ClockContext.Provider>
  );
}
