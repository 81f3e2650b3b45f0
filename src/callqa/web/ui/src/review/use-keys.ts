import { useEffect, useRef } from "react";

import { typing } from "../layout/typing";

/** Keys of a page by what `KeyboardEvent.key` says; left alone while somebody types or a dialog is open. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector(".ant-modal-wrap:not([style*='display: none'])")) return;
      const act = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      // Enter and Space on a button belong to the button
      if ((event.key === "Enter" || event.key === " ") && event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
