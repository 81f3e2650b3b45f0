import { useCallback } from "react";

import { usePeople } from "../session/names";
import { useTexts } from "../texts";

/** How a rater is called; the machine is one of them. */
export function useRaters(named?: (id: string) => string): (rater: string) => string {
  const texts = useTexts().calibration;
  const { nameOf } = usePeople();
  return useCallback((rater: string) => (rater === "machine" ? texts.machine : (named ?? nameOf)(rater)), [texts, named, nameOf]);
}
