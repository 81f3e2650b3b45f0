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
import { Alert, Button, Select, Space, Tooltip } from "antd";

import { useTexts } from "../texts";
import { clockTime } from "./spans";
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
  const clock = useClock();
  const playing = useClockState((state) => state.playing);
  const time = useClockState((state) => Math.floor(state.time / 100));
  const duration = useClockState((state) => state.duration);
  const rate = useClockState((state) => state.rate);
  const loop = useClockState((state) => state.loop);
  const skip = useClockState((state) => state.skipSilence);
  const broken = useClockState((state) => state.broken);
  const level = ZOOMS.indexOf(zoom as (typeof ZOOMS)[number]);
  return (
    <>
      {broken && <Alert type="error" showIcon title={texts.broken} className="controls-broken" />}
      <Space wrap className="controls" role="toolbar" aria-label={texts.controls}>
        <Tooltip title={`${texts.previous}（K）`}>
          <Button icon={<StepBackwardOutlined />} onClick={onPrevious} aria-label={texts.previous} />
        </Tooltip>
        <Tooltip title={`${playing ? texts.pause : texts.play}（${texts.space}）`}>
          <Button
            type="primary"
            icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
            onClick={() => clock.toggle()}
            aria-label={playing ? texts.pause : texts.play}
          />
        </Tooltip>
        <Tooltip title={`${texts.next}（J）`}>
          <Button icon={<StepForwardOutlined />} onClick={onNext} aria-label={texts.next} />
        </Tooltip>
        <span className="controls-time" data-testid="clock">
          {clockTime(time * 100, true)} / {clockTime(duration)}
        </span>
        <Select
          value={rate}
          onChange={(value) => clock.setRate(value)}
          options={RATES.map((value) => ({ value, label: `${value}×` }))}
          aria-label={texts.rate}
          className="controls-rate"
        />
        <Tooltip title={texts.loop}>
          <Button
            icon={<RetweetOutlined />}
            type={loop ? "primary" : "default"}
            ghost={loop}
            aria-pressed={loop}
            aria-label={texts.loop}
            onClick={() => clock.setLoop(!loop)}
          />
        </Tooltip>
        <Tooltip title={texts.skipSilence}>
          <Button
            icon={<FastForwardOutlined />}
            type={skip ? "primary" : "default"}
            ghost={skip}
            aria-pressed={skip}
            aria-label={texts.skipSilence}
            onClick={() => clock.setSkipSilence(!skip)}
          />
        </Tooltip>
        <Space.Compact>
          <Button
            icon={<ZoomOutOutlined />}
            disabled={level <= 0}
            aria-label={texts.zoomOut}
            onClick={() => setZoom(ZOOMS[Math.max(0, level - 1)] ?? 0)}
          />
          <Button
            icon={<ZoomInOutlined />}
            disabled={level >= ZOOMS.length - 1}
            aria-label={texts.zoomIn}
            onClick={() => setZoom(ZOOMS[Math.min(ZOOMS.length - 1, level + 1)] ?? 0)}
          />
        </Space.Compact>
      </Space>
    </>
  );
}
