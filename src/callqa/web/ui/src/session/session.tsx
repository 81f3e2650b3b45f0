import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { api, setCsrf, taken } from "../api/client";
import { Problem } from "../api/problem";
import type { Read } from "../api/read";
import { meQuery } from "./me";

export type Me = Read<"Me">;

type Session =
  | { state: "loading" }
  | { state: "out"; expired: boolean }
  | {
      state: "in";
      me: Me;
      can: (right: string) => boolean;
      signOut: () => Promise<void>;
    };

const Context = createContext<Session & { entered: () => Promise<void> }>({
  state: "loading",
  entered: () => Promise.resolve(),
});

export function useSession() {
  return useContext(Context);
}

/** The signed-in person; only below `App`, which shows pages to nobody else. */
export function useMe(): { me: Me; can: (right: string) => boolean } {
  const session = useContext(Context);
  if (session.state !== "in") throw new Error("useMe outside of a session");
  return session;
}

/** Who is signed in, what they may, and the mark that their writes must carry. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [wasIn, setWasIn] = useState(false);
  const asked = useQuery(meQuery);
  const out = asked.error instanceof Problem && asked.error.status === 401;
  useEffect(() => {
    if (asked.data) setWasIn(true);
  }, [asked.data]);
  useEffect(
    () =>
      // any answer 401 ends the session on the page too
      cache.getQueryCache().subscribe((event) => {
        const error = event.query.state.error;
        if (event.query.queryKey[0] !== "me" && error instanceof Problem && error.status === 401) {
          void cache.invalidateQueries({ queryKey: ["me"] });
        }
      }),
    [cache],
  );
  const entered = useCallback(async () => {
    cache.clear();
    await asked.refetch();
  }, [asked, cache]);
  const signOut = useCallback(async () => {
    await taken(api.POST("/api/v1/auth/sign-out"));
    setWasIn(false);
    setCsrf("");
    cache.clear();
    await asked.refetch();
  }, [asked, cache]);
  const value = useMemo(() => {
    if (asked.data && !out) {
      const rights = new Set(Object.keys(asked.data.rights));
      return { state: "in" as const, me: asked.data, can: (right: string) => rights.has(right), signOut, entered };
    }
    if (asked.error) return { state: "out" as const, expired: wasIn, entered };
    return { state: "loading" as const, entered };
  }, [asked.data, asked.error, out, wasIn, signOut, entered]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}
