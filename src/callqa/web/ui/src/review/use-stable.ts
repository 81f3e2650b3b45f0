import { useRef, useState } from "react";

/** The same function on every render that always does what the latest one would: rows need not render again for it. */
export function useStable<Given extends readonly unknown[]>(act: (...given: Given) => void): (...given: Given) => void {
  const latest = useRef(act);
  latest.current = act;
  const [stable] = useState(() => (...given: Given) => latest.current(...given));
  return stable;
}
