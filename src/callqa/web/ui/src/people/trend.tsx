import { useQuery } from "@tanstack/react-query";
import { Segmented, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { callsLink } from "../calls/filters";
import { count, percent, points } from "../layout/format";
import { Loaded } from "../layout/states";
import { useLanguage, useTexts } from "../texts";
import type { Period } from "./period";

const Chart = lazy(() => import("./trend-chart"));

type Step = "day" | "week" | "month";

/** Mean score over time with its interval and how many calls stand behind it; beside the group where there is one. */
export function Trend({ period, agent, group }: { period: Period; agent?: string; group?: { unit: string; title: string } }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const [step, setStep] = useState<Step>(agent || days(period) > 45 ? "week" : "day");
  const query = { ...period, step, ...(agent ? { agent } : {}) };
  const trend = useQuery({
    queryKey: ["reports", "trend", query],
    queryFn: () => taken(api.GET("/api/v1/reports/trend", { params: { query } })),
    placeholderData: (before) => before,
  });
  const besideQuery = { first_day: period.first_day, last_day: period.last_day, step, unit: group?.unit };
  const beside = useQuery({
    queryKey: ["reports", "trend", besideQuery],
    enabled: group !== undefined,
    queryFn: () => taken(api.GET("/api/v1/reports/trend", { params: { query: besideQuery } })),
  });
  const mine = { ...period, ...(agent ? { agent } : {}) };
  // a week or month may begin before the first day asked for, its calls do not
  const inside = (first: string, last: string) => ({
    ...mine,
    first_day: first > period.first_day ? first : period.first_day,
    last_day: last < period.last_day ? last : period.last_day,
  });
  return (
    <section className="panel" aria-labelledby="people-trend">
      <div className="people-head">
        <h2 id="people-trend">{texts.people.trend}</h2>
        <Segmented<Step>
          value={step}
          onChange={setStep}
          options={(["day", "week", "month"] as const).map((value) => ({ value, label: texts.people.stepsOfTime[value] }))}
        />
      </div>
      <Loaded query={trend} rows={8} isEmpty={(found) => found.points.length === 0} empty={texts.people.noCalls}>
        {(found) => (
          <>
            <Suspense fallback={<Skeleton.Node active className="trend-chart" />}>
              <Chart points={found.points} beside={group ? (beside.data?.points ?? []) : []} besideTitle={group?.title ?? ""} linkOf={(point) => callsLink(inside(point.first_day, point.last_day))} />
            </Suspense>
            <details className="trend-table">
              <summary>{texts.people.numbers}</summary>
              <table className="people-table">
                <thead>
                  <tr>
                    <th scope="col">{texts.people.time}</th>
                    <th scope="col" className="people-right">{texts.people.calls}</th>
                    <th scope="col">{texts.people.mean}</th>
                    <th scope="col">{texts.people.fatal}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.points.map((point) => {
                    const { total, fatal, calls } = point.figures;
                    const filters = inside(point.first_day, point.last_day);
                    return (
                      <tr key={point.first_day}>
                        <th scope="row">{point.first_day === point.last_day ? point.first_day : `${point.first_day} – ${point.last_day}`}</th>
                        <td className="people-right">
                          <Link to={callsLink(filters)}>{count(calls, language)}</Link>
                        </td>
                        <td className="people-number">
                          {points(total.mean)}
                          {total.low !== null && total.high !== null && (
                            <small>
                              {points(total.low)} – {points(total.high)}
                            </small>
                          )}
                        </td>
                        <td className="people-number">
                          <Link to={callsLink({ ...filters, fatal: true })}>{percent(fatal.rate, language)}</Link>
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </details>
          </>
        )}
      </Loaded>
    </section>
  );
}

function days({ first_day, last_day }: Period): number {
  return (Date.parse(last_day) - Date.parse(first_day)) / 86_400_000;
}
