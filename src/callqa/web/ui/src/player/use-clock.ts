import { createContext, useContext, useSyncExternalStore } from "react";

import type { Clock, ClockState } from "./clock";

export const ClockContext = createContext<Clock | null>(null);

/** The clock of the call being shown. */
export function useClock(): Clock {
  const clock = useContext(ClockContext);
  if (!clock) throw new Error("useClock outside of a player");
  return clock;
}

/** One thing that follows the clock; the component renders again only when the selected value changes. */
export function useClockState<T extends string | number | boolean | null>(select: (state: ClockState) => T): T {
  const clock = useClock();
  return useSyncExternalStore(clock.subscribe, () => select(clock.snapshot()));
}
