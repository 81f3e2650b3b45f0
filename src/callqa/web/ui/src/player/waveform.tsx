import { theme } from "antd";
import { useEffect, useRef, useState } from "react";
import WaveSurfer from "wavesurfer.js";

import { useMode } from "../layout/appearance";
import { useTexts } from "../texts";
import { type Band, bandAt, BANDS_HEIGHT, drawBands, waveHeight } from "./bands";
import { clockTime, type Millis } from "./spans";
import { useClock, useClockState } from "./use-clock";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

/** How far a pointer may miss a band, CSS pixels. */
const SLACK = 4;

interface Props {
  /** Per channel, values in −1..1, evenly spread over the call. */
  peaks: readonly (readonly number[])[];
  /** Whole length, ms. */
  duration: Millis;
  bands: readonly Band[];
  /** Pixels per second; 0 shows the whole call. */
  zoom: number;
  onBand: (band: Band) => void;
}

/** Both channels' waveform, and beneath it a lane for each kind of finding. Draws only what is in sight. */
export function Waveform({ peaks, duration, bands, zoom, onBand }: Props) {
  const texts = useTexts();
  const clock = useClock();
  const { dark } = useMode();
  const { token } = theme.useToken();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const wave = useRef<WaveSurfer | null>(null);
  const [view, setView] = useState({ from: 0, to: duration, width: 0 });
  const [tip, setTip] = useState<{ band: Band; x: number } | null>(null);

  useEffect(() => {
    if (!box.current) return;
    const colours = [token.colorPrimary, token.colorTextTertiary];
    const drawn = WaveSurfer.create({
      container: box.current,
      media: clock.audio,
      peaks: peaks.map((channel) => [...channel]),
      duration: duration / 1000,
      height: waveHeight(peaks.length) / peaks.length,
      ...(peaks.length > 1
        ? { splitChannels: colours.map((colour) => ({ waveColor: colour, progressColor: colour })) }
        : { waveColor: colours[0], progressColor: colours[0] }),
      cursorColor: token.colorError,
      cursorWidth: 2,
      normalize: true,
      dragToSeek: true,
      autoCenter: true,
      ...(nonce ? { cspNonce: nonce } : {}),
    });
    wave.current = drawn;
    const resized = () => {
      const width = box.current?.clientWidth ?? 0;
      setView((old) => ({ ...old, width }));
    };
    const observer = new ResizeObserver(resized);
    observer.observe(box.current);
    drawn.on("scroll", (from, to) => setView((old) => ({ ...old, from: from * 1000, to: to * 1000 })));
    drawn.on("interaction", (seconds) => clock.seek(Math.round(seconds * 1000)));
    resized();
    return () => {
      observer.disconnect();
      drawn.destroy();
      wave.current = null;
    };
  }, [clock, peaks, duration, token.colorPrimary, token.colorTextTertiary, token.colorError]);

  useEffect(() => {
    const drawn = wave.current;
    if (!drawn) return;
    drawn.setOptions({ minPxPerSec: zoom });
    if (!zoom) setView((old) => ({ ...old, from: 0, to: duration }));
  }, [zoom, duration]);

  useEffect(() => {
    if (canvas.current && view.width) drawBands(canvas.current, bands, { ...view, dark });
  }, [bands, view, dark]);

  const under = (event: React.PointerEvent | React.MouseEvent) => {
    const place = event.currentTarget.getBoundingClientRect();
    const perPixel = (view.to - view.from) / Math.max(1, place.width);
    const x = event.clientX - place.left;
    const band = bandAt(bands, {
      time: view.from + x * perPixel,
      y: event.clientY - place.top,
      slack: SLACK * perPixel,
    });
    return band ? { band, x } : null;
  };

  return (
    <div className="waveform">
      <div className="waveform-lanes" aria-hidden>
        <span>{texts.player.lanes.step}</span>
        <span>{texts.player.lanes.violation}</span>
        <span>{texts.player.lanes.technique}</span>
        <span>{texts.player.lanes.silence}</span>
        <span>{texts.player.lanes.talk_over}</span>
      </div>
      <div className="waveform-picture">
        <div ref={box} role="img" aria-label={texts.player.waveform} style={{ minHeight: waveHeight(peaks.length) }} />
        <div className="bands" style={{ height: BANDS_HEIGHT }}>
          <canvas
            ref={canvas}
            className="bands-canvas"
            style={{ height: BANDS_HEIGHT }}
            role="img"
            aria-label={texts.player.bands}
            onPointerMove={(event) => setTip(under(event))}
            onPointerLeave={() => setTip(null)}
            onClick={(event) => {
              const hit = under(event);
              if (hit) onBand(hit.band);
            }}
          />
          <Cursor from={view.from} to={view.to} width={view.width} />
          {tip && (
            <div className="band-tip" style={{ left: Math.min(tip.x, Math.max(0, view.width - 240)) }}>
              {clockTime(tip.band.start)} {tip.band.title}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

/** The line that says where the sound is, over the lanes. */
function Cursor({ from, to, width }: { from: Millis; to: Millis; width: number }) {
  const left = useClockState((state) =>
    state.time < from || state.time > to || to <= from
      ? -1
      : Math.round(((state.time - from) / (to - from)) * width),
  );
  return left < 0 ? null : <div className="bands-cursor" style={{ left }} />;
}
