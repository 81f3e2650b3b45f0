interface Props {
  value: number | null;
  low: number | null;
  high: number | null;
  /** Ends of the scale. */
  from?: number;
  to?: number;
  tone?: "own" | "others" | "good" | "poor";
  label: string;
}

/** A figure with its interval on a scale: the band is where the truth may lie, the mark what was counted. */
export function Strip({ value, low, high, from = 0, to = 1, tone = "own", label }: Props) {
  const place = (at: number) => `${Math.max(0, Math.min(100, ((at - from) / (to - from)) * 100))}%`;
  const width = (a: number, b: number) => `${Math.max(0.5, ((Math.min(b, to) - Math.max(a, from)) / (to - from)) * 100)}%`;
  return (
    <span className={`strip strip-${tone}`} role="img" aria-label={label} title={label}>
      {low !== null && high !== null && <span style={{ left: place(low), width: width(low, high) }} />}
      {value !== null && <i style={{ left: place(value) }} />}
    </span>
  );
}
