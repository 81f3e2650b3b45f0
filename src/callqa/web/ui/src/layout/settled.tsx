import { useIsFetching } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

/** Nobody waits longer than this for the slowest answer, ms. */
const LONGEST = 1500;

/** Panels that depend on each other's height show together, when the first answers are in: none pushes another away. */
export function Settled({ children, className }: { children: ReactNode; className: string }) {
  const waiting = useIsFetching() > 0;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (shown) return;
    // one answer may be the reason for the next question: quiet must last a moment
    const soon = setTimeout(() => setShown(true), waiting ? LONGEST : 50);
    return () => clearTimeout(soon);
  }, [waiting, shown]);
  return (
    <div className={shown ? className : `${className} unsettled`} aria-busy={!shown}>
      {children}
    </div>
  );
}
