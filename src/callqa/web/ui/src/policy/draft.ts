import { useCallback, useEffect, useMemo, useState } from "react";

/** Files being written, and the version they were taken from; kept in this browser until published or discarded. */
export interface Draft {
  /** Version that is being changed; `latest` before anything was. */
  base: string;
  /** Changed files only. */
  files: Readonly<Record<string, string>>;
  changed: boolean;
  put: (base: string, file: string, text: string, original: string) => void;
  discard: () => void;
}

const KEY = "callqa.policy.draft";

interface Kept {
  base: string;
  files: Record<string, string>;
}

const NOTHING: Kept = { base: "latest", files: {} };

export function useDraft(): Draft {
  const [kept, setKept] = useState<Kept>(read);
  useEffect(() => {
    if (Object.keys(kept.files).length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(kept));
  }, [kept]);
  const put = useCallback((base: string, file: string, text: string, original: string) => {
    setKept((known) => {
      const files = { ...known.files };
      if (text === original) delete files[file];
      else files[file] = text;
      return Object.keys(files).length ? { base, files } : NOTHING;
    });
  }, []);
  const discard = useCallback(() => setKept(NOTHING), []);
  return useMemo(
    () => ({ ...kept, changed: Object.keys(kept.files).length > 0, put, discard }),
    [kept, put, discard],
  );
}

function read(): Kept {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (found && typeof found === "object" && "base" in found && "files" in found) return found as Kept;
  } catch {
    // written by another version of the page: nothing to go on with
  }
  return NOTHING;
}
