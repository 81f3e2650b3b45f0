import dayjs from "dayjs";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

import { useMe } from "../session/session";

/** Which calls the figures are about; every report and every link to calls takes it as it is. */
export interface Period {
  first_day: string;
  last_day: string;
  unit?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Days and unit of the page, kept in its address; without any the last thirty days. */
export function usePeriod() {
  const { me } = useMe();
  const [search, setSearch] = useSearchParams();
  const today = me.now.slice(0, 10);
  const first = search.get("first_day");
  const last = search.get("last_day");
  const unit = search.get("unit");
  const period = useMemo<Period>(() => {
    const whole = first && last && DAY.test(first) && DAY.test(last);
    return {
      first_day: whole ? first : dayjs(today).subtract(29, "day").format("YYYY-MM-DD"),
      last_day: whole ? last : today,
      ...(unit ? { unit } : {}),
    };
  }, [first, last, unit, today]);
  const change = useCallback(
    (to: Record<string, string | undefined>) =>
      setSearch((before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(to)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      }),
    [setSearch],
  );
  return { period, search, change };
}

/** The address of a person's figures over the same days. */
export function personLink(person: string, { first_day, last_day }: Period): string {
  return `/people/${encodeURIComponent(person)}?${new URLSearchParams({ first_day, last_day }).toString()}`;
}
