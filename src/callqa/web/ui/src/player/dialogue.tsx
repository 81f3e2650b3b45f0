import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { useTexts } from "../texts";
import { clockTime, lastStarted, type Span } from "./spans";
import { useClock, useClockState } from "./use-clock";

export interface SpokenWord extends Span {
  text: string;
}

/** A piece of a turn that is marked, by characters of its text. */
export interface TextMark {
  first: number;
  last: number;
  kind: "step" | "violation" | "technique" | "carrier" | "found" | "masked";
  title: string;
}

export interface SpokenTurn extends Span {
  index: number;
  party: "agent" | "customer" | "unknown";
  words: readonly SpokenWord[];
  marks: readonly TextMark[];
  /** Tags behind the turn: techniques or the customer's reaction. */
  tags: readonly string[];
}

/** Rows kept ready beyond the edge: few while the page is still coming, then as many as fast scrolling needs. */
const READY_AT_FIRST = 2;
const READY_LATER = 8;
/** When the page has long been of use, ms. */
const LATER = 1500;
/** Taken for the box's size until it is measured, CSS pixels: the rows need not wait for another round. */
const FIRST_GUESS = { width: 600, height: 400 };

interface Props {
  turns: readonly SpokenTurn[];
  /** Turn to bring into sight, e.g. of the finding looked at; a new object scrolls again. */
  target: { turn: number } | null;
  actions?: (turn: SpokenTurn) => ReactNode;
}

/** The words beside the sound: the turn being heard is marked and kept in sight; a click on a word plays from there. */
export function Dialogue({ turns, target, actions }: Props) {
  const texts = useTexts();
  const clock = useClock();
  const box = useRef<HTMLDivElement>(null);
  const starts = useMemo(() => turns.map((turn) => ({ start: turn.start })), [turns]);
  const current = useClockState((state) => {
    const at = lastStarted(starts, state.time);
    const turn = turns[at];
    return turn && state.time < turn.end ? at : -1;
  });
  const playing = useClockState((state) => state.playing);
  const [ready, setReady] = useState(READY_AT_FIRST);
  useEffect(() => {
    const soon = setTimeout(() => setReady(READY_LATER), LATER);
    return () => clearTimeout(soon);
  }, []);
  const rows = useVirtualizer({
    count: turns.length,
    getScrollElement: () => box.current,
    estimateSize: (row) => 46 + 24 * Math.ceil((turns[row]?.words.length ?? 0) / 18),
    overscan: ready,
    initialRect: FIRST_GUESS,
    getItemKey: (row) => turns[row]?.index ?? row,
  });
  useEffect(() => {
    if (playing && current >= 0) rows.scrollToIndex(current, { align: "auto" });
    // only a new current turn moves the list; scrolling by hand in between is left alone
    // eslint-disable-next-line
  }, [current, playing]);
  useEffect(() => {
    if (!target) return;
    const row = turns.findIndex((turn) => turn.index === target.turn);
    if (row >= 0) rows.scrollToIndex(row, { align: "center" });
    // eslint-disable-next-line
  }, [target]);

  const clicked = (event: React.MouseEvent) => {
    const word = (event.target as HTMLElement).closest<HTMLElement>("[data-ms]");
    if (word?.dataset.ms && !window.getSelection()?.toString()) clock.playFrom(Number(word.dataset.ms));
  };

  return (
    <div className="dialogue" ref={box} onClick={clicked} role="log" aria-label={texts.player.dialogue} tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map((row) => {
          const turn = turns[row.index];
          if (!turn) return null;
          return (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="dialogue-row"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <TurnLine turn={turn} current={row.index === current} actions={actions} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const TurnLine = memo(function TurnLine({
  turn,
  current,
  actions,
}: {
  turn: SpokenTurn;
  current: boolean;
  actions: Props["actions"];
}) {
  const texts = useTexts();
  return (
    <div
      className={`turn turn-${turn.party}${current ? " turn-current" : ""}`}
      data-turn={turn.index}
      aria-current={current || undefined}
    >
      <div className="turn-head">
        <span className="turn-party">{texts.party[turn.party]}</span>
        <button type="button" className="turn-time" data-ms={turn.start}>
          {clockTime(turn.start)}
        </button>
        {turn.tags.map((tag) => (
          <span key={tag} className="turn-tag">
            {tag}
          </span>
        ))}
        {actions?.(turn)}
      </div>
      <p className="turn-text">{markedWords(turn)}</p>
    </div>
  );
});

/** Words as spans with their time; marks are laid over them by character. */
export function markedWords(turn: SpokenTurn): ReactNode[] {
  const found: ReactNode[] = [];
  let offset = 0;
  for (const word of turn.words) {
    const end = offset + word.text.length;
    const over = turn.marks.filter((mark) => mark.first < end && offset < mark.last);
    found.push(
      <span
        key={offset}
        data-ms={word.start}
        className={["word", ...new Set(over.map((mark) => `mark-${mark.kind}`))].join(" ")}
        title={over.map((mark) => mark.title).join("\n") || undefined}
      >
        {word.text}
      </span>,
    );
    offset = end;
  }
  return found;
}
