import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import type { Texts } from "../texts";

export type AppealShown = Read<"AppealShown">;

/** Where an appeal stands and until when, in one sentence. */
export function standingOf(appeal: AppealShown, texts: Texts): string {
  if (appeal.stage === "open") return texts.appeals.waits(texts.appealLevel[appeal.level], dateTime(appeal.due));
  const done = texts.appeals.stage[appeal.stage];
  if (!appeal.closed && appeal.due) return `${done} · ${texts.appeals.furtherUntil(dateTime(appeal.due))}`;
  return `${done} · ${texts.appeals.closed}`;
}

export const STAGE_COLOURS: Record<AppealShown["stage"], string | undefined> = {
  open: "processing",
  upheld: "success",
  partly: "warning",
  rejected: "error",
  withdrawn: undefined,
};
