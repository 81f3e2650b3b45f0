import {
  CaretRightFilled,
  FastForwardOutlined,
  PauseOutlined,
  RetweetOutlined,
  StepBackwardOutlined,
  StepForwardOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from "@ant-design/icons";

import { useTexts } from "../texts";
import { clockTime } from "./spans";
import { Tool } from "./tool";
import { useClock, useClockState } from "./use-clock";

export const RATES = [0.75, 1, 1.25, 1.5, 2] as const;
export const ZOOMS = [0, 20, 60, 150] as const;

interface Props {
  zoom: number;
  setZoom: (zoom: number) => void;
  onPrevious: () => void;
  onNext: () => void;
}

/** Play, speed, loop, silence; one button to the finding before and after. */
export function Controls({ zoom, setZoom, onPrevious, onNext }: Props) {
  const texts = useTexts().player;
  const { marks } = useTexts();
  const clock = useClock();
  const playing = useClockState((state) => state.playing);
  const rate = useClockState((state) => state.rate);
  const loop = useClockState((state) => state.loop);
  const skip = useClockState((state) => state.skipSilence);
  const broken = useClockState((state) => state.broken);
  const level = ZOOMS.indexOf(zoom as (typeof ZOOMS)[number]);
  return (
    <>
      {broken && (
        <p role="alert" className="controls-broken">
          {texts.broken}
        </p>
      )}
      <div className="controls" role="toolbar" aria-label={texts.controls}>
        <Tool icon={<StepBackwardOutlined />} label={texts.previous} hotkey="K" onClick={onPrevious} />
        <Tool
          look="main"
          data-act="play"
          icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
          label={playing ? texts.pause : texts.play}
          hotkey={texts.space}
          onClick={() => clock.toggle()}
        />
        <Tool icon={<StepForwardOutlined />} label={texts.next} hotkey="J" onClick={onNext} />
        <Time />
        <select
          className="controls-rate"
          value={rate}
          aria-label={texts.rate}
          title={texts.rate + marks.aside("[ ]")}
          onChange={(event) => clock.setRate(Number(event.target.value))}
        >
          {RATES.map((value) => (
            <option key={value} value={value}>
              {value}×
            </option>
          ))}
        </select>
        <Tool
          icon={<RetweetOutlined />}
          label={texts.loop}
          hotkey="L"
          aria-pressed={loop}
          onClick={() => clock.setLoop(!loop)}
        />
        <Tool
          icon={<FastForwardOutlined />}
          label={texts.skipSilence}
          hotkey="S"
          aria-pressed={skip}
          onClick={() => clock.setSkipSilence(!skip)}
        />
        <span className="tool-pair">
          <Tool
            icon={<ZoomOutOutlined />}
            label={texts.zoomOut}
            hotkey="−"
            disabled={level <= 0}
            onClick={() => setZoom(ZOOMS[Math.max(0, level - 1)] ?? 0)}
          />
          <Tool
            icon={<ZoomInOutlined />}
            label={texts.zoomIn}
            hotkey="+"
            disabled={level >= ZOOMS.length - 1}
            onClick={() => setZoom(ZOOMS[Math.min(ZOOMS.length - 1, level + 1)] ?? 0)}
          />
        </span>
      </div>
    </>
  );
}

/** Alone, because it changes ten times a second. */
function Time() {
  const time = useClockState((state) => Math.floor(state.time / 100));
  const duration = useClockState((state) => state.duration);
  return (
    <span className="controls-time" data-testid="clock">
      {clockTime(time * 100, true)} / {clockTime(duration)}
    </span>
  );
}
