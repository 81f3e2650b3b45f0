import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";

import type { Read } from "../api/read";
import { useMode } from "../layout/appearance";
import { points as shown } from "../layout/format";
import { useTexts } from "../texts";

// the canvas: drawings of the other kind carry style attributes, which the page's policy refuses
use([LineChart, BarChart, CustomChart, GridComponent, TooltipComponent, LegendComponent, CanvasRenderer]);

type Point = Read<"TrendPoint">;

interface Props {
  points: readonly Point[];
  beside: readonly Point[];
  besideTitle: string;
  linkOf: (point: Point) => string;
}

/** Mean with its interval above, number of calls below; a click opens the calls of the period. */
export default function TrendChart({ points, beside, besideTitle, linkOf }: Props) {
  const texts = useTexts().people;
  const { dark } = useMode();
  const go = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const clicked = useRef<(index: number) => void>(() => undefined);
  clicked.current = (index) => {
    const point = points[index];
    if (point) void go(linkOf(point));
  };
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current);
    chart.current = made;
    made.on("click", (event) => clicked.current(event.dataIndex));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(optionOf({ points, beside, besideTitle, texts, colours: coloursOf() }), { notMerge: true });
    // the colours are read anew when the mode changes
  }, [points, beside, besideTitle, texts, dark]);
  return <div ref={box} className="trend-chart" role="img" aria-label={texts.trendAbout(points.length)} />;
}

function coloursOf() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return { ink: colour("--ink-soft"), line: colour("--line"), own: colour("--focus"), panel: colour("--panel"), beside: colour("--ink-faint") };
}

function optionOf({
  points,
  beside,
  besideTitle,
  texts,
  colours,
}: {
  points: readonly Point[];
  beside: readonly Point[];
  besideTitle: string;
  texts: ReturnType<typeof useTexts>["people"];
  colours: ReturnType<typeof coloursOf>;
}) {
  const names = points.map(({ first_day }) => first_day);
  const others = new Map(beside.map((point) => [point.first_day, point.figures.total.mean]));
  const lows = points.map(({ figures }) => figures.total.low ?? figures.total.mean);
  // a period with a single call has a mean and no interval: it gets no bar rather than one without length
  const bars = points.flatMap(({ figures: { total } }, at) =>
    total.low === null || total.high === null ? [] : [[at, total.low, total.high]],
  );
  const least = Math.min(...lows.filter((one) => one !== null), ...[...others.values()].filter((one) => one !== null), 100);
  const most = Math.max(1, ...points.map(({ figures }) => figures.calls));
  const axis = { axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false } };
  const label = { color: colours.ink, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: "inherit" },
    grid: [
      { left: 44, right: 16, top: 34, height: 170 },
      { left: 44, right: 16, top: 226, height: 44 },
    ],
    legend: {
      top: 0,
      left: 40,
      itemHeight: 8,
      textStyle: label,
      data: [texts.mean, ...(beside.length ? [besideTitle] : [])],
    },
    tooltip: {
      trigger: "axis",
      // text, not HTML: the page's policy refuses style attributes
      renderMode: "richText",
      backgroundColor: colours.panel,
      borderColor: colours.line,
      textStyle: label,
      axisPointer: { lineStyle: { color: colours.beside } },
      formatter: (rows: readonly { dataIndex: number }[]) => {
        const point = points[rows[0]?.dataIndex ?? -1];
        if (!point) return "";
        const { total, calls } = point.figures;
        const other = others.get(point.first_day);
        return [
          point.first_day === point.last_day ? point.first_day : `${point.first_day} – ${point.last_day}`,
          total.low === null || total.high === null
            ? `${texts.mean} ${shown(total.mean)}`
            : texts.meanWithin(shown(total.mean), shown(total.low), shown(total.high)),
          texts.callsCounted(calls, total.n),
          ...(other === undefined ? [] : [`${besideTitle} ${shown(other)}`]),
        ].join("\n");
      },
    },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [
      { ...axis, type: "category", data: names, gridIndex: 0, axisLabel: { show: false } },
      { ...axis, type: "category", data: names, gridIndex: 1, axisLabel: { ...label, formatter: (day: string) => day.slice(5) } },
    ],
    yAxis: [
      {
        type: "value",
        min: Math.max(0, Math.floor((least - 2) / 20) * 20),
        max: 100,
        axisLabel: label,
        splitLine: { lineStyle: { color: colours.line } },
      },
      { type: "value", gridIndex: 1, min: 0, max: most, interval: most, axisLabel: label, splitLine: { show: false } },
    ],
    series: [
      {
        type: "custom",
        data: bars,
        encode: { x: 0, y: [1, 2] },
        silent: true,
        z: 1,
        renderItem: (_: unknown, row: Row) => intervalBar(row, colours.own),
      },
      {
        type: "line",
        name: texts.mean,
        data: points.map(({ figures }) => figures.total.mean),
        symbolSize: 7,
        lineStyle: { color: colours.own, width: 2 },
        itemStyle: { color: colours.own },
        z: 5,
      },
      ...(beside.length
        ? [
            {
              type: "line",
              name: besideTitle,
              data: points.map(({ first_day }) => others.get(first_day) ?? null),
              symbol: "none",
              lineStyle: { color: colours.beside, type: "dashed", width: 1.5 },
              itemStyle: { color: colours.beside },
            },
          ]
        : []),
      {
        type: "bar",
        name: texts.calls,
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: points.map(({ figures }) => figures.calls),
        itemStyle: { color: colours.beside, opacity: 0.55 },
        barMaxWidth: 18,
      },
    ],
  };
}

/** What the chart hands to a drawing of one's own. */
interface Row {
  value: (column: number) => number | string;
  coord: (place: [number, number]) => number[];
}

function intervalBar(row: Row, colour: string) {
  const at = Number(row.value(0));
  const [x = 0, bottom = 0] = row.coord([at, Number(row.value(1))]);
  const [, top = 0] = row.coord([at, Number(row.value(2))]);
  return {
    type: "rect" as const,
    shape: { x: x - 5, y: top, width: 10, height: Math.max(1, bottom - top), r: 5 },
    style: { fill: colour, opacity: 0.28 },
  };
}
