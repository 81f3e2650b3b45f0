import { useQuery } from "@tanstack/react-query";
import { DatePicker, Select, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { useNames } from "../coaching/goals";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";
import { useRaters } from "./raters";
import { ItemTable, signed } from "./round-result";

type Leaning = Read<"Leaning">;
type Drift = Read<"Drift">;

/** κ and α per item, who is lenient or harsh, and how that moves by week. */
export function Agreement() {
  const texts = useTexts();
  const said = texts.calibration;
  const names = useNames();
  const [days, setDays] = useState<[Dayjs, Dayjs]>(() => [dayjs().subtract(30, "day"), dayjs()]);
  const [unit, setUnit] = useState<string | undefined>();
  const units = useQuery({ queryKey: ["units"], queryFn: () => taken(api.GET("/api/v1/units")) });
  const query = { first_day: days[0].format("YYYY-MM-DD"), last_day: days[1].format("YYYY-MM-DD"), unit };
  const agreement = useQuery({
    queryKey: ["agreement", query],
    queryFn: () => taken(api.GET("/api/v1/agreement", { params: { query } })),
  });
  const titles = new Map((names.data?.items ?? []).map(({ id, title }) => [id, title]));
  return (
    <>
      <div className="toolbar">
        <DatePicker.RangePicker
          value={days}
          allowClear={false}
          format="YYYY-MM-DD"
          aria-label={said.period}
          onChange={(chosen) => {
            if (chosen?.[0] && chosen[1]) setDays([chosen[0], chosen[1]]);
          }}
        />
        <Select
          allowClear
          placeholder={said.anyUnit}
          aria-label={said.unit}
          value={unit}
          onChange={setUnit}
          className="toolbar-choice"
          options={(units.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        />
      </div>
      <Loaded query={agreement} isEmpty={(found) => found.items.length === 0} empty={said.noAgreement}>
        {(found) => (
          <>
            <p className="quiet">{said.agreementCalls(found.calls)}</p>
            <div className="agreement">
              <section className="panel">
                <h2>{said.leanings}</h2>
                <p className="quiet">{said.leaningsAbout}</p>
                <Leanings leanings={found.leanings} />
              </section>
              <section className="panel">
                <h2>{said.drifts}</h2>
                <p className="quiet">{said.driftsAbout}</p>
                <ul className="drifts">
                  {found.drifts.map((one) => (
                    <DriftLine key={one.rater} drift={one} />
                  ))}
                </ul>
              </section>
              <section className="panel agreement-items">
                <h2>{said.items}</h2>
                <p className="quiet">{said.alphaAbout}</p>
                <ItemTable items={found.items} titleOf={(item) => titles.get(item) ?? item} />
              </section>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

const WIDTH = 260;

/** Each rater's leaning as a dot with its interval, harsh to the left, lenient to the right. */
function Leanings({ leanings }: { leanings: readonly Leaning[] }) {
  const texts = useTexts().calibration;
  const { common, marks } = useTexts();
  const callCount = common.calls;
  const raterOf = useRaters();
  const reach = Math.max(1, ...leanings.flatMap(({ difference, low, high }) => [difference, low, high].map((one) => Math.abs(one ?? 0))));
  const x = (value: number) => ((value / reach + 1) / 2) * (WIDTH - 16) + 8;
  return (
    <table className="leanings">
      <thead>
        <tr>
          <th scope="col">{texts.rater}</th>
          <th scope="col">
            <span className="leanings-sides">
              <span>{texts.harshSide}</span>
              <span>{texts.lenientSide}</span>
            </span>
          </th>
          <th scope="col">{texts.off}</th>
        </tr>
      </thead>
      <tbody>
        {leanings.map(({ rater, difference, low, high, verdict, calls }) => (
          <tr key={rater}>
            <th scope="row">{raterOf(rater)}</th>
            <td>
              <svg viewBox={`0 0 ${WIDTH} 22`} className="leaning" aria-hidden>
                <line x1={x(0)} x2={x(0)} y1={0} y2={22} className="change-zero" />
                {low !== null && high !== null && <line x1={x(low)} x2={x(high)} y1={11} y2={11} className="change-interval" />}
                {difference !== null && <circle cx={x(difference)} cy={11} r={5} className="change-dot" />}
              </svg>
            </td>
            <td>
              {signed(difference)}
              {low !== null && high !== null && marks.aside(`${signed(low)} – ${signed(high)}`)}{" "}
              <Tag color={verdict === "lenient" || verdict === "harsh" ? "warning" : undefined}>
                {texts.verdicts[verdict as keyof typeof texts.verdicts] ?? verdict}
              </Tag>
              <span className="quiet">{callCount(calls)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DriftLine({ drift }: { drift: Drift }) {
  const { marks } = useTexts();
  const texts = useTexts().calibration;
  const raterOf = useRaters();
  const values = drift.weeks.map(({ difference }) => difference);
  const reach = Math.max(1, ...values.map(Math.abs));
  const step = WIDTH / Math.max(1, values.length - 1);
  const at = (value: number, number: number) =>
    `${values.length === 1 ? WIDTH / 2 : Math.min(WIDTH - 4, Math.max(4, number * step))},${20 - (value / reach) * 16}`;
  return (
    <li>
      <strong>{raterOf(drift.rater)}</strong>
      <svg
        viewBox={`0 0 ${WIDTH} 40`}
        className="drift"
        role="img"
        aria-label={drift.weeks.map((week) => texts.week(week.monday, signed(week.difference), week.calls)).join(marks.clauses)}
      >
        <line x1={0} x2={WIDTH} y1={20} y2={20} className="change-zero" />
        <polyline points={values.map(at).join(" ")} className="drift-line" />
        {values.map((value, number) => {
          const [cx, cy] = at(value, number).split(",");
          return <circle key={number} cx={cx} cy={cy} r={3.5} className="change-dot" />;
        })}
      </svg>
      <span>
        {drift.change === null || drift.low === null || drift.high === null ? (
          <span className="quiet">{texts.oneWeek}</span>
        ) : (
          <>
            <Tag color={drift.drifts ? "warning" : undefined}>{drift.drifts ? texts.drifted : texts.steady}</Tag>
            {texts.change(signed(drift.change), signed(drift.low), signed(drift.high))}
          </>
        )}
      </span>
    </li>
  );
}
