import type { Dispatch, SetStateAction } from "react";

import type { Clock } from "./clock";
import { RATES, ZOOMS } from "./controls";

/** Keys that move the sound and its picture, the same wherever a whole call is heard. */
export function playerKeys(clock: Clock, setZoom: Dispatch<SetStateAction<number>>): Record<string, () => void> {
  const faster = (by: number) => {
    const at = RATES.indexOf(clock.snapshot().rate as (typeof RATES)[number]);
    clock.setRate(RATES[Math.max(0, Math.min(RATES.length - 1, at + by))] ?? 1);
  };
  const nearer = (by: number) =>
    setZoom((old) => ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, ZOOMS.indexOf(old as (typeof ZOOMS)[number]) + by))] ?? 0);
  return {
    " ": () => clock.toggle(),
    ArrowLeft: () => clock.seek(clock.snapshot().time - 5000),
    ArrowRight: () => clock.seek(clock.snapshot().time + 5000),
    "[": () => faster(-1),
    "]": () => faster(1),
    l: () => clock.setLoop(!clock.snapshot().loop),
    s: () => clock.setSkipSilence(!clock.snapshot().skipSilence),
    "+": () => nearer(1),
    // the same key without shift
    "=": () => nearer(1),
    "-": () => nearer(-1),
  };
}
