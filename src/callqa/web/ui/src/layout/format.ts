import type { Language } from "../texts";

/** `2026-11-23 09:05` in the reader's zone, as Chinese offices write it; English readers get the same order. */
export function dateTime(iso: string | null | undefined): string {
  if (!iso) return "—";
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "—";
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** One decimal where there is one: `84.3`, `90`; a dash for what could not be scored. */
export function points(value: number | null | undefined): string {
  if (value === null || value === undefined) return "—";
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** `12.5 %` in English, `12.5%` in Chinese. */
export function percent(value: number | null | undefined, language: Language, digits = 1): string {
  if (value === null || value === undefined) return "—";
  return `${(value * 100).toFixed(digits)}${language === "zh" ? "%" : " %"}`;
}

/** `1,234` in English, `1,234` in Chinese up to 9,999 and `1.2 万` beyond. */
export function count(value: number, language: Language): string {
  if (language === "zh" && value >= 10_000) return `${(value / 10_000).toFixed(1)} 万`;
  return value.toLocaleString("en-US");
}
