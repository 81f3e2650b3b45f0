import { queryOptions } from "@tanstack/react-query";

import { api, setCsrf, taken } from "../api/client";

/** Who is signed in, and the mark that their writes must carry. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => {
    const me = await taken(api.GET("/api/v1/auth/me"));
    setCsrf(me.csrf);
    return me;
  },
  retry: false,
  staleTime: 5 * 60_000,
});

/** What is installed here; the banner of the demonstration recogniser hangs on it. */
export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: () => taken(api.GET("/api/v1/about")),
  staleTime: 5 * 60_000,
});
