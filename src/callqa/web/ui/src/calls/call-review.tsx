import { useQuery } from "@tanstack/react-query";
import { App, Segmented, Skeleton } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { AppealDialog } from "../appeals/appeal-dialog";
import { Collect } from "../collections/collect";
import { Failure } from "../layout/states";
import type { Band } from "../player/bands";
import { Clock } from "../player/clock";
import { Controls } from "../player/controls";
import { Dialogue, type SpokenTurn } from "../player/dialogue";
import { lastStarted, type Span } from "../player/spans";
import { ClockContext } from "../player/use-clock";
import { Waveform } from "../player/waveform";
import { ConflictDialog } from "../review/conflict-dialog";
import { EditDialog } from "../review/edit-dialog";
import { History } from "../review/history";
import { LineCard } from "../review/line-card";
import { Scores } from "../review/scores";
import { FinishBar } from "../review/finish-bar";
import { TurnMenu } from "../review/turn-menu";
import { useKeys } from "../review/use-keys";
import { useReview, type EventAsked } from "../review/use-review";
import { WordsDialog } from "../review/words-dialog";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { asksForReview, bandsOf, peaksOf, placesOf, silencesOf, turnsOf, type Place } from "./call-view";

type Detail = Read<"CallDetail">;
type Asking = { what: "edit"; preset: number | null } | { what: "comment" } | { what: "appeal" } | null;

const RATE_STEPS = [0.75, 1, 1.25, 1.5, 2];

/** Sound, words and score side by side; everything a reviewer does has a key. */
export function CallReview({ detail }: { detail: Detail }) {
  const texts = useTexts();
  const { me, can } = useMe();
  const { message } = App.useApp();
  const [search] = useSearchParams();
  const call = detail.call.id;
  const path = { call };
  const text = search.get("text") ?? undefined;
  const assignment = search.get("assignment");

  const transcript = useQuery({
    queryKey: ["transcript", call, text],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}/transcript", { params: { path, query: { text } } })),
  });
  const findings = useQuery({
    queryKey: ["findings", call],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}/findings", { params: { path } })),
  });
  const techniques = useQuery({
    queryKey: ["techniques", call],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}/techniques", { params: { path } })),
  });
  const peaks = useQuery({
    queryKey: ["peaks", call],
    enabled: detail.recording.audible,
    queryFn: () => {
      const perSecond = detail.recording.duration > 3_600_000 ? 4 : detail.recording.duration > 900_000 ? 10 : 20;
      return taken(api.GET("/api/v1/calls/{call}/peaks", { params: { path, query: { per_second: perSecond } } }));
    },
    staleTime: Infinity,
  });
  const { review, write, conflict, settle } = useReview(call);

  const [clock] = useState(() => new Clock());
  const [zoom, setZoom] = useState(0);
  const [focus, setFocus] = useState(0);
  const [asking, setAsking] = useState<Asking>(null);
  const [side, setSide] = useState<"lines" | "history">("lines");
  const [onlyOpen, setOnlyOpen] = useState(true);
  const [shownTurn, setShownTurn] = useState<{ turn: number } | null>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (detail.recording.audible) clock.load(`/api/v1/calls/${encodeURIComponent(call)}/audio`, detail.recording.duration);
  }, [clock, call, detail.recording.audible, detail.recording.duration]);
  useEffect(() => () => clock.pause(), [clock]);

  const given = useMemo(
    () => ({ findings: findings.data?.findings ?? [], techniques: techniques.data, measures: detail.measures }),
    [findings.data, techniques.data, detail.measures],
  );
  const turns = useMemo(
    () => (transcript.data ? turnsOf(transcript.data, given, texts) : []),
    [transcript.data, given, texts],
  );
  const arrived = useRef(false);
  const at = Number(search.get("at") ?? NaN);
  useEffect(() => {
    // a link to a clip opens the call at its place
    const from = turns[lastStarted(turns, at)];
    if (!from || arrived.current) return;
    arrived.current = true;
    clock.seek(at);
    setShownTurn({ turn: from.index });
  }, [clock, turns, at]);
  const bands = useMemo(() => bandsOf(given, texts), [given, texts]);
  const wave = useMemo(() => (peaks.data ? peaksOf(peaks.data) : null), [peaks.data]);
  useEffect(() => clock.setSilences(silencesOf(turns, detail.recording.duration)), [clock, turns, detail.recording.duration]);

  const lines = review.data?.data.effective.lines;
  const all = useMemo(() => placesOf(lines ?? [], given.findings), [lines, given.findings]);
  const open = useMemo(() => all.filter(asksForReview), [all]);
  const places = onlyOpen && open.length > 0 ? open : all;
  const place = places[Math.min(focus, places.length - 1)];
  const writing = can("review") && detail.call.agent !== me.id;

  const play = useCallback((span: Span) => clock.playPiece(span), [clock]);
  const look = useCallback(
    (index: number) => {
      const inside = Math.max(0, Math.min(index, places.length - 1));
      const next = places[inside];
      setFocus(inside);
      if (next?.turn !== null && next?.turn !== undefined) setShownTurn({ turn: next.turn });
      if (next?.span) clock.seek(Math.max(0, next.span.start - 2000));
      list.current
        ?.querySelector(`[data-item="${CSS.escape(next?.line.line.item ?? "")}"]`)
        ?.scrollIntoView({ block: "nearest" });
    },
    [places, clock],
  );
  const say = useCallback(
    (events: readonly EventAsked[], onward = false) => {
      setAsking(null);
      write.mutate(events, { onSuccess: () => onward && look(focus + 1) });
    },
    [write, look, focus],
  );
  const onBand = useCallback(
    (band: Band) => {
      clock.playPiece(band);
      const index = places.findIndex((one) =>
        (one.line.machine.refs ?? []).some((ref) => band.target.startsWith(`${ref.kind}:${ref.id}`)),
      );
      if (index >= 0) setFocus(index);
    },
    [clock, places],
  );

  const item = place?.line.line.item;
  const confirm = () => item && say([{ kind: "confirm", item, reason: "" }], true);
  const unheard = () =>
    item &&
    say([{ kind: "edit", item, points: 0, status: "needs_human", reason: texts.keys.unheard, quote: "" }], true);
  const undo = () => {
    const last = review.data?.data.events.findLast(
      ({ standing, event }) => standing && event.author === me.id && event.kind !== "undo",
    );
    if (last) say([{ kind: "undo", event: last.event.id, reason: "" }]);
    else void message.info(texts.review.nothingToUndo);
  };
  const faster = (by: number) => {
    const at = RATE_STEPS.indexOf(clock.snapshot().rate);
    clock.setRate(RATE_STEPS[Math.max(0, Math.min(RATE_STEPS.length - 1, at + by))] ?? 1);
  };
  useKeys({
    " ": () => clock.toggle(),
    j: () => look(focus + 1),
    k: () => look(focus - 1),
    e: () => place?.span && clock.playPiece(place.span),
    ArrowLeft: () => clock.seek(clock.snapshot().time - 5000),
    ArrowRight: () => clock.seek(clock.snapshot().time + 5000),
    "[": () => faster(-1),
    "]": () => faster(1),
    l: () => clock.setLoop(!clock.snapshot().loop),
    ...(writing && place
      ? {
          Enter: confirm,
          h: unheard,
          c: () => setAsking({ what: "comment" }),
          p: () => setAsking({ what: "edit", preset: null }),
          z: undo,
          ...Object.fromEntries(
            Array.from({ length: 10 }, (_, digit) => [
              String(digit),
              () => setAsking({ what: "edit", preset: digit }),
            ]),
          ),
        }
      : {}),
  });

  const failed = transcript.error ?? review.error;
  if (failed) return <Failure error={failed} retry={() => void Promise.all([transcript.refetch(), review.refetch()])} />;
  return (
    <ClockContext.Provider value={clock}>
      <div className="call">
        <section className="panel call-sound" aria-label={texts.call.sound}>
          {!detail.recording.audible ? (
            <p className="quiet">{texts.call.gone}</p>
          ) : wave ? (
            <Waveform peaks={wave} duration={detail.recording.duration} bands={bands} zoom={zoom} onBand={onBand} />
          ) : peaks.error ? (
            <Failure error={peaks.error} retry={() => void peaks.refetch()} />
          ) : (
            <div className="waveform-waiting">
              <Skeleton.Node active />
            </div>
          )}
          <Controls zoom={zoom} setZoom={setZoom} onPrevious={() => look(focus - 1)} onNext={() => look(focus + 1)} />
        </section>
        <section className="panel call-words">
          {transcript.data ? (
            <Dialogue
              turns={turns}
              target={shownTurn}
              actions={(turn: SpokenTurn) => (
                <>
                  {writing && <TurnMenu turn={turn} techniques={techniques.data} say={say} />}
                  <Collect call={call} span={turn} duration={detail.recording.duration} turn={turn.index} />
                </>
              )}
            />
          ) : (
            <Skeleton active paragraph={{ rows: 12 }} />
          )}
        </section>
        <section className="panel call-score" aria-label={texts.call.score}>
          {review.data ? (
            <>
              <Scores review={review.data.data} />
              <div className="call-score-choice">
                <Segmented
                  value={side}
                  onChange={(value) => setSide(value as typeof side)}
                  options={[
                    { value: "lines", label: texts.review.lines },
                    { value: "history", label: texts.review.history(review.data.data.events.length) },
                  ]}
                />
                {side === "lines" && open.length > 0 && (
                  <Segmented
                    value={onlyOpen}
                    onChange={(value) => {
                      setOnlyOpen(Boolean(value));
                      setFocus(0);
                    }}
                    options={[
                      { value: true, label: texts.review.toLookAt(open.length) },
                      { value: false, label: texts.review.allLines(all.length) },
                    ]}
                  />
                )}
              </div>
              <div className="call-score-list" ref={list} tabIndex={0} role="group" aria-label={texts.review.lines}>
                {side === "history" ? (
                  <History review={review.data.data} />
                ) : (
                  places.map((one, index) => (
                    <LineCard
                      key={one.line.line.item}
                      place={one}
                      focused={index === Math.min(focus, places.length - 1)}
                      writing={writing}
                      appealUntil={appealUntil(one, detail.call.agent === me.id && can("appeal.file"), review.data.data.may_appeal_until)}
                      onFocus={() => setFocus(index)}
                      play={play}
                      onConfirm={confirm}
                      onEdit={() => setAsking({ what: "edit", preset: null })}
                      onUnheard={unheard}
                      onComment={() => setAsking({ what: "comment" })}
                      onAppeal={() => setAsking({ what: "appeal" })}
                    />
                  ))
                )}
              </div>
              {writing && <FinishBar call={call} assignment={assignment} etag={review.data.etag} say={say} />}
            </>
          ) : (
            <Skeleton active paragraph={{ rows: 10 }} />
          )}
        </section>
      </div>
      {asking?.what === "edit" && place && (
        <EditDialog
          place={place}
          preset={asking.preset}
          onClose={() => setAsking(null)}
          onSave={(event) => say([event], true)}
        />
      )}
      {asking?.what === "comment" && (
        <WordsDialog
          title={texts.keys.comment}
          needed
          ok={texts.common.save}
          onClose={() => setAsking(null)}
          onSave={(reason) =>
            say([{ kind: "comment", item, reason, span: commentSpan(clock.snapshot().time, detail.recording.duration) }])
          }
        />
      )}
      {asking?.what === "appeal" && place && (
        <AppealDialog
          call={call}
          place={place}
          onClose={() => setAsking(null)}
        />
      )}
      {conflict && review.data && <ConflictDialog conflict={conflict} review={review.data.data} onSettle={settle} />}
    </ClockContext.Provider>
  );
}

/** The last day of the window in which the agent may appeal; null where the line cannot be appealed. */
function appealUntil(place: Place, own: boolean, until: Record<string, string>): string | null {
  if (!own || (place.line.appeals ?? []).length > 0) return null;
  return until[place.line.line.item]?.slice(0, 10) ?? null;
}

/** Where a comment is made: three seconds around what is being heard. */
function commentSpan(time: number, duration: number): Span {
  const start = Math.max(0, Math.min(time - 1500, duration - 3000));
  return { start, end: Math.max(start + 1, Math.min(duration, start + 3000)) };
}
