import createClient, { type Middleware } from "openapi-fetch";

import { problemOf } from "./problem";
import type { paths } from "./schema";

/** The mark that proves a request comes from this page, and not from a page that borrows its cookie. */
let csrf = "";

export function setCsrf(mark: string): void {
  csrf = mark;
}

export function csrfMark(): string {
  return csrf;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

const marks: Middleware = {
  onRequest({ request }) {
    if (!SAFE.has(request.method)) {
      if (csrf) request.headers.set("X-CSRF-Token", csrf);
      // a click repeated by a shaky line must not count twice
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
    }
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: "/",
  fetch: async (request: Request) => {
    try {
      return await fetch(request);
    } catch (reason) {
      if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
      throw problemOf(null, 0);
    }
  },
});
api.use(marks);

/** What a call of `api` gave, or its refusal thrown as `Problem`. */
export async function taken<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok || error !== undefined) throw problemOf(error, response.status);
  return data as T;
}

/** As `taken`, with the version that the next write must name. */
export async function takenWithVersion<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<{ data: T; etag: string }> {
  const { data, error, response } = await asked;
  if (!response.ok || error !== undefined) throw problemOf(error, response.status);
  return { data: data as T, etag: response.headers.get("ETag") ?? "" };
}
