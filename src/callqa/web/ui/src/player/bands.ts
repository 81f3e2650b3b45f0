import type { Millis, Span } from "./spans";

/** Lanes beneath the waveform, top to bottom. */
export const LANES = ["step", "violation", "technique", "silence", "talk_over"] as const;
export type Lane = (typeof LANES)[number];

/** A coloured stretch of the call. */
export interface Band extends Span {
  lane: Lane;
  /** What a supervisor reads when pointing at it. */
  title: string;
  /** Verdicts that are not `met`/`broken` are drawn hatched. */
  unsure: boolean;
  /** Id of the finding, or of the technique tag, that it stands for. */
  target: string;
}

export const LANE_HEIGHT = 10;
export const LANE_GAP = 4;
export const BANDS_HEIGHT = LANES.length * (LANE_HEIGHT + LANE_GAP);

/** Height of the waveform itself, CSS pixels: it is held free before the waveform is there, so that nothing jumps. */
export function waveHeight(channels: number): number {
  return channels > 1 ? 36 * channels : 64;
}

/** Told apart by lane as well as by colour; each is at least 3:1 on light and on dark ground. */
export const LANE_COLOURS: Record<Lane, { light: string; dark: string }> = {
  step: { light: "#237804", dark: "#73d13d" },
  violation: { light: "#cf1322", dark: "#ff7875" },
  technique: { light: "#531dab", dark: "#b37feb" },
  silence: { light: "#6b7280", dark: "#9aa3b2" },
  talk_over: { light: "#ad4e00", dark: "#ffa940" },
};

/** Draw what is visible between `from` and `to` onto a canvas `width` CSS pixels wide. */
export function drawBands(
  canvas: HTMLCanvasElement,
  bands: readonly Band[],
  view: { from: Millis; to: Millis; width: number; dark: boolean },
): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(view.width * scale));
  canvas.height = Math.round(BANDS_HEIGHT * scale);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(scale, scale);
  context.clearRect(0, 0, view.width, BANDS_HEIGHT);
  const perMillisecond = view.width / Math.max(1, view.to - view.from);
  LANES.forEach((lane, row) => {
    const top = row * (LANE_HEIGHT + LANE_GAP) + LANE_GAP / 2;
    context.fillStyle = view.dark ? "rgba(255,255,255,0.07)" : "rgba(0,0,0,0.05)";
    context.fillRect(0, top, view.width, LANE_HEIGHT);
    for (const band of bands) {
      if (band.lane !== lane || band.end <= view.from || band.start >= view.to) continue;
      const left = (band.start - view.from) * perMillisecond;
      // a word in a three-hour call is less than a pixel wide; it must still be seen and hit
      const wide = Math.max(3, (band.end - band.start) * perMillisecond);
      context.fillStyle = LANE_COLOURS[lane][view.dark ? "dark" : "light"];
      context.globalAlpha = band.unsure ? 0.45 : 1;
      context.fillRect(left, top, wide, LANE_HEIGHT);
      context.globalAlpha = 1;
    }
  });
}

/** The band under a point, preferring the shortest where several lie there. */
export function bandAt(
  bands: readonly Band[],
  point: { time: Millis; y: number; slack: Millis },
): Band | null {
  const lane = LANES[Math.floor(point.y / (LANE_HEIGHT + LANE_GAP))];
  let found: Band | null = null;
  for (const band of bands) {
    if (band.lane !== lane) continue;
    if (band.start - point.slack > point.time || band.end + point.slack <= point.time) continue;
    if (!found || band.end - band.start < found.end - found.start) found = band;
  }
  return found;
}
