import { QueryClient } from "@tanstack/react-query";

import { Problem } from "./problem";

/** One cache for everything from the server. Refusals are not asked again; a broken line is, twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false,
    },
    mutations: { retry: false },
  },
});
