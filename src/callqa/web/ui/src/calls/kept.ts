import { useCallback, useState } from "react";

/** A value kept in this browser, for one person; where it cannot be read it is as at first. */
export function useKept<T>(name: string, first: T, fits: (found: unknown) => found is T): [T, (value: T) => void] {
  const key = `callqa.${name}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
      return fits(found) ? found : first;
    } catch {
      return first;
    }
  });
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      localStorage.setItem(key, JSON.stringify(next));
    },
    [key],
  );
  return [value, keep];
}

/** A named address of the list. */
export interface View {
  name: string;
  search: string;
}

export function areViews(found: unknown): found is View[] {
  return (
    Array.isArray(found) &&
    found.every((one: unknown) => {
      const view = one as Partial<View> | null;
      return typeof view?.name === "string" && typeof view.search === "string";
    })
  );
}

export function areWords(found: unknown): found is string[] {
  return Array.isArray(found) && found.every((one) => typeof one === "string");
}
