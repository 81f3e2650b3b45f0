import type { Clock } from "./clock";
import { RATES } from "./controls";

/** Keys that move the sound, the same wherever a whole call is heard. */
export function playerKeys(clock: Clock): Record<string, () => void> {
  const faster = (by: number) => {
    const at = RATES.indexOf(clock.snapshot().rate as (typeof RATES)[number]);
    clock.setRate(RATES[Math.max(0, Math.min(RATES.length - 1, at + by))] ?? 1);
  };
  return {
    " ": () => clock.toggle(),
    ArrowLeft: () => clock.seek(clock.snapshot().time - 5000),
    ArrowRight: () => clock.seek(clock.snapshot().time + 5000),
    "[": () => faster(-1),
    "]": () => faster(1),
    l: () => clock.setLoop(!clock.snapshot().loop),
    s: () => clock.setSkipSilence(!clock.snapshot().skipSilence),
  };
}
