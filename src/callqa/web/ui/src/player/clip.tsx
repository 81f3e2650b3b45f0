import { PauseCircleFilled, PlayCircleFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

import { useTexts } from "../texts";
import { clockTime, type Span } from "./spans";

/** Heard before the words, so that they are understood, ms. */
const LEAD = 2000;
/** Heard after them, ms. */
const TAIL = 500;

/** Only one clip speaks at a time. */
let speaking: HTMLAudioElement | null = null;

/** A piece of a call to listen to where the whole call is not shown; masked like everything else. */
export function Clip({ call, span, label }: { call: string; span: Span; label?: string }) {
  const start = Math.max(0, span.start - LEAD);
  const end = span.end + TAIL;
  return (
    <Sound
      address={`/api/v1/calls/${encodeURIComponent(call)}/clip?start=${start}&end=${end}`}
      length={end - start}
      place={`${clockTime(span.start)} – ${clockTime(span.end)}`}
      label={label}
    />
  );
}

/** Something to listen to: a button, how much of it was heard, and what it is. */
export function Sound({
  address,
  length,
  place,
  label,
}: {
  address: string;
  /** Milliseconds. */
  length: number;
  place: string;
  label?: string;
}) {
  const texts = useTexts().clip;
  const audio = useRef<HTMLAudioElement | null>(null);
  const [state, setState] = useState<"still" | "waiting" | "playing" | "broken">("still");
  const [heard, setHeard] = useState(0);
  useEffect(
    () => () => {
      audio.current?.pause();
      audio.current = null;
    },
    [address],
  );
  const toggle = () => {
    let sound = audio.current;
    if (!sound) {
      const made = new Audio(address);
      made.addEventListener("playing", () => setState("playing"));
      made.addEventListener("pause", () => setState("still"));
      made.addEventListener("ended", () => setHeard(0));
      made.addEventListener("error", () => setState("broken"));
      made.addEventListener("timeupdate", () => setHeard(Math.min(1, (made.currentTime * 1000) / length)));
      sound = audio.current = made;
    }
    if (!sound.paused) {
      sound.pause();
      return;
    }
    if (speaking && speaking !== sound) speaking.pause();
    speaking = sound;
    setState("waiting");
    sound.play().catch((reason: unknown) => {
      // a play() that a pause() cut short is no failure
      if (!(reason instanceof DOMException && reason.name === "AbortError")) setState("broken");
    });
  };
  const name = label ?? texts.play;
  return (
    <span className="clip">
      <Button
        size="small"
        loading={state === "waiting"}
        disabled={state === "broken"}
        icon={state === "playing" ? <PauseCircleFilled /> : <PlayCircleFilled />}
        aria-label={`${state === "playing" ? texts.pause : name} ${place}`}
        onClick={toggle}
      >
        {state === "playing" ? texts.pause : name}
      </Button>
      <span className="clip-bar" aria-hidden>
        <span className="clip-heard" style={{ width: `${heard * 100}%` }} />
      </span>
      <span className="clip-place">{place}</span>
      {state === "broken" && <span className="clip-broken">{texts.broken}</span>}
    </span>
  );
}
