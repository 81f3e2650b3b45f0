import { App } from "antd";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";

import type { Read } from "../api/read";
import { later } from "../layout/later";
import { BANDS_HEIGHT, waveHeight, type Band } from "../player/bands";
import { Controls } from "../player/controls";
import { Dialogue, type SpokenTurn } from "../player/dialogue";
import { playerKeys } from "../player/player-keys";
import { lastStarted, type Span } from "../player/spans";
import { ClockContext } from "../player/use-clock";
import type { LineActs } from "../review/line-card";
import { TurnActions } from "../review/turn-actions";
import { useKeys } from "../review/use-keys";
import { useReview, type EventAsked } from "../review/use-review";
import { useStable } from "../review/use-stable";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { asksForReview, commentSpan, placesOf } from "./call-view";
import { ScorePanel, type Side } from "./score-panel";
import { useCall } from "./use-call";

// the picture of the sound comes after the words, and dialogs when somebody opens one
const Waveform = later(async () => ({ default: (await import("../player/waveform")).Waveform }));
const Failure = later(async () => ({ default: (await import("../layout/states")).Failure }));
const Dialogs = lazy(() => import("./call-dialogs"));
/** Long after the page is of use, ms. */
const FETCH_DIALOGS_AFTER = 4000;

export type Asking = { what: "edit"; preset: number | null } | { what: "comment" } | { what: "appeal" } | { what: "collect" } | null;

/** Sound, words and score side by side; everything a reviewer does has a key. */
export function CallReview({ detail }: { detail: Read<"CallDetail"> }) {
  const texts = useTexts();
  const { me, can } = useMe();
  const { message } = App.useApp();
  const [search] = useSearchParams();
  const call = detail.call.id;
  const { duration, audible } = detail.recording;
  const { clock, turns, bands, wave, findings, techniques, transcript, peaks } = useCall(
    detail,
    search.get("text") ?? undefined,
  );
  const { review, write, conflict, settle } = useReview(call);

  const [zoom, setZoom] = useState(0);
  const [focus, setFocus] = useState(0);
  const [asking, setAsking] = useState<Asking>(null);
  const [side, setSide] = useState<Side>("lines");
  const [onlyOpen, setOnlyOpen] = useState(true);
  const [shownTurn, setShownTurn] = useState<{ turn: number } | null>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const soon = setTimeout(() => void import("./call-dialogs"), FETCH_DIALOGS_AFTER);
    return () => clearTimeout(soon);
  }, []);

  const lines = review.data?.data.effective.lines;
  const all = useMemo(() => placesOf(lines ?? [], findings), [lines, findings]);
  const open = useMemo(() => all.filter(asksForReview), [all]);
  const places = onlyOpen && open.length > 0 ? open : all;
  const at = Math.max(0, Math.min(focus, places.length - 1));
  const place = places[at];
  const item = place?.line.line.item;
  const writing = can("review") && detail.call.agent !== me.id;
  const collects = can("collect");

  const look = useStable((index: number) => {
    const inside = Math.max(0, Math.min(index, places.length - 1));
    const next = places[inside];
    setFocus(inside);
    if (next?.turn !== null && next?.turn !== undefined) setShownTurn({ turn: next.turn });
    if (next?.span) clock.seek(Math.max(0, next.span.start - 2000));
  });
  // within its list alone: what else is on the screen stays where it is
  useEffect(() => {
    const box = list.current?.getBoundingClientRect();
    const card = list.current?.querySelector(".line-focused")?.getBoundingClientRect();
    if (list.current && box && card && (card.top < box.top || card.bottom > box.bottom)) {
      list.current.scrollTop += card.top - box.top;
    }
  }, [item]);
  const sayAnd = (events: readonly EventAsked[], onward: boolean) => {
    setAsking(null);
    write.mutate(events, { onSuccess: () => onward && look(at + 1) });
  };
  const say = useStable((events: readonly EventAsked[]) => sayAnd(events, false));
  const confirm = useStable(() => item && sayAnd([{ kind: "confirm", item, reason: "" }], true));
  const unheard = useStable(
    () =>
      item &&
      sayAnd(
        [{ kind: "edit", item, points: 0, status: "needs_human", reason: texts.keys.unheard, quote: "" }],
        true,
      ),
  );
  const play = useCallback((span: Span) => clock.playPiece(span), [clock]);
  const acts = useMemo<LineActs>(
    () => ({
      look,
      play,
      confirm,
      unheard,
      say,
      edit: () => setAsking({ what: "edit", preset: null }),
      comment: () => setAsking({ what: "comment" }),
      appeal: () => setAsking({ what: "appeal" }),
      collect: () => setAsking({ what: "collect" }),
    }),
    [look, play, confirm, unheard, say],
  );
  const onBand = useStable((band: Band) => {
    clock.playPiece(band);
    const index = places.findIndex((one) =>
      (one.line.machine.refs ?? []).some((ref) => band.target.startsWith(`${ref.kind}:${ref.id}`)),
    );
    if (index >= 0) setFocus(index);
  });
  const undo = () => {
    const last = review.data?.data.events.findLast(
      ({ standing, event }) => standing && event.author === me.id && event.kind !== "undo",
    );
    if (last) say([{ kind: "undo", event: last.event.id, reason: "" }]);
    else void message.info(texts.review.nothingToUndo);
  };
  useKeys({
    ...playerKeys(clock, setZoom),
    j: () => look(at + 1),
    k: () => look(at - 1),
    e: () => place?.span && clock.playPiece(place.span),
    ...(collects && place?.span ? { g: acts.collect } : {}),
    ...(writing && place
      ? {
          Enter: confirm,
          h: unheard,
          c: acts.comment,
          p: acts.edit,
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

  const from = Number(search.get("at") ?? NaN);
  const arrived = useRef(false);
  useEffect(() => {
    // a link to a clip opens the call at its place, once
    const turn = turns?.[lastStarted(turns, from)];
    if (!turn || arrived.current) return;
    arrived.current = true;
    clock.seek(from);
    setShownTurn({ turn: turn.index });
  }, [clock, turns, from]);

  const correcting = writing ? techniques : undefined;
  const actions = useMemo(
    () =>
      correcting || collects
        ? (turn: SpokenTurn) => (
            <TurnActions
              call={call}
              duration={duration}
              turn={turn}
              techniques={correcting}
              collects={collects}
              say={say}
            />
          )
        : undefined,
    [call, duration, correcting, collects, say],
  );

  // 4 px stand between the waveform and its bands
  const waiting = <div aria-busy style={{ height: waveHeight(detail.recording.channels) + 4 + BANDS_HEIGHT }} />;
  const failed = transcript.error ?? review.error;
  if (failed) {
    return (
      <Suspense>
        <Failure error={failed} retry={() => void Promise.all([transcript.refetch(), review.refetch()])} />
      </Suspense>
    );
  }
  return (
    <ClockContext.Provider value={clock}>
      <div className="call">
        <section className="panel call-sound" aria-label={texts.call.sound}>
          {!audible ? (
            <p className="quiet">{texts.call.gone}</p>
          ) : (
            <Suspense fallback={waiting}>
              {wave ? (
                <Waveform peaks={wave} duration={duration} bands={bands} zoom={zoom} onBand={onBand} />
              ) : peaks.error ? (
                <Failure error={peaks.error} retry={() => void peaks.refetch()} />
              ) : (
                waiting
              )}
            </Suspense>
          )}
          <Controls zoom={zoom} setZoom={setZoom} onPrevious={() => look(at - 1)} onNext={() => look(at + 1)} />
        </section>
        <section className="panel call-words" aria-busy={!turns}>
          {turns && <Dialogue turns={turns} target={shownTurn} actions={actions} />}
        </section>
        <section className="panel call-score" aria-label={texts.call.score} aria-busy={!review.data}>
          {review.data && (
            <ScorePanel
              call={call}
              assignment={search.get("assignment")}
              review={review.data}
              places={places}
              focus={at}
              count={{ open: open.length, all: all.length }}
              onlyOpen={onlyOpen}
              setOnlyOpen={(only) => {
                setOnlyOpen(only);
                setFocus(0);
              }}
              side={side}
              setSide={setSide}
              writing={writing}
              collecting={collects}
              appealing={detail.call.agent === me.id && can("appeal.file")}
              list={list}
              acts={acts}
              say={say}
            />
          )}
        </section>
      </div>
      {(asking || conflict) && (
        <Suspense>
          <Dialogs
            call={call}
            duration={duration}
            asking={asking}
            place={place}
            onClose={() => setAsking(null)}
            onEdit={(event) => sayAnd([event], true)}
            onComment={(reason) =>
              say([{ kind: "comment", item, reason, span: commentSpan(clock.snapshot().time, duration) }])
            }
            conflict={conflict}
            review={review.data?.data}
            onSettle={settle}
          />
        </Suspense>
      )}
    </ClockContext.Provider>
  );
}
