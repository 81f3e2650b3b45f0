/** Whole milliseconds from the start of the recording. */
export type Millis = number;

/** Half-open: start belongs to it, end does not. */
export interface Span {
  start: Millis;
  end: Millis;
}

/** Index of the last one that starts at or before `time`, −1 where none does; the list is in order of start. */
export function lastStarted(list: readonly { start: Millis }[], time: Millis): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.start ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The span that holds `time`, of spans in order that do not overlap. */
export function spanAt<T extends Span>(list: readonly T[], time: Millis): T | null {
  const found = list[lastStarted(list, time)];
  return found && time < found.end ? found : null;
}

/** What lies between the spans, from 0 to `duration`; the spans are in order of start and may overlap. */
export function gaps(spans: readonly Span[], duration: Millis): Span[] {
  const found: Span[] = [];
  let covered = 0;
  for (const span of spans) {
    if (span.start > covered) found.push({ start: covered, end: span.start });
    covered = Math.max(covered, span.end);
  }
  if (covered < duration) found.push({ start: covered, end: duration });
  return found;
}

/** `1:02:03` or `2:03`; with tenths `2:03.4`. */
export function clockTime(time: Millis, tenths = false): string {
  const seconds = Math.floor(time / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  const tail = tenths ? `.${Math.floor((time % 1000) / 100)}` : "";
  return hours
    ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}${tail}`
    : `${minutes}:${rest}${tail}`;
}
