import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { callsLink, type Filters } from "../calls/filters";
import { count, percent } from "../layout/format";
import { Loaded } from "../layout/states";
import { useLanguage, useTexts } from "../texts";
import { personLink, type Period } from "./period";

type Cell = Read<"CellShown">;
type What = "step" | "rule";
type By = "agent" | "unit";

/** Steps kept (or rules broken) by agent or unit: darker is worse, pale with few calls, every cell opens its calls. */
export function Heat({
  period,
  by,
  what,
  change,
}: {
  period: Period;
  by: By;
  what: What;
  change: (to: Record<string, string | undefined>) => void;
}) {
  const texts = useTexts();
  const { language } = useLanguage();
  const report = useQuery({
    queryKey: ["reports", "adherence", period, by, what],
    queryFn: () => taken(api.GET("/api/v1/reports/adherence", { params: { query: { ...period, by, what } } })),
    placeholderData: (before) => before,
  });
  return (
    <section className="panel" aria-labelledby="people-heat">
      <div className="people-head">
        <h2 id="people-heat">{texts.people.heat[what]}</h2>
        <Segmented<What>
          value={what}
          onChange={(to) => change({ what: to === "step" ? undefined : to })}
          options={[
            { value: "step", label: texts.people.steps },
            { value: "rule", label: texts.people.rules },
          ]}
        />
        <Segmented<By>
          value={by}
          onChange={(to) => change({ by: to === "agent" ? undefined : to })}
          options={[
            { value: "agent", label: texts.people.byAgent },
            { value: "unit", label: texts.people.byUnit },
          ]}
        />
      </div>
      <p className="quiet">{texts.people.heatAbout[what]}</p>
      <Loaded query={report} rows={10} isEmpty={(found) => found.rows.length === 0} empty={texts.people.noCalls}>
        {(found) => (
          <div className="people-scroll heat-scroll" tabIndex={0} role="group" aria-labelledby="people-heat">
            <table className="heat">
              <thead>
                <tr>
                  <th scope="col" className="heat-name">
                    {found.what === "step" ? texts.people.step : texts.people.rule}
                  </th>
                  <th scope="col">{texts.people.everybody}</th>
                  {found.rows.map((row) => (
                    <th key={row.id} scope="col">
                      {by === "agent" ? <Link to={personLink(row.id, period)}>{row.name}</Link> : row.name}
                      <small>{texts.common.calls(row.calls)}</small>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {found.checks.map((check) => (
                  <tr key={check.id}>
                    <th scope="row" className="heat-name" lang="zh-CN">
                      {check.title}
                    </th>
                    <HeatCell cell={found.all.find((one) => one.check === check.id)} what={what} base={period} name={texts.people.everybody} title={check.title} />
                    {found.rows.map((row) => (
                      <HeatCell
                        key={row.id}
                        cell={row.cells.find((one) => one.check === check.id)}
                        what={what}
                        base={by === "agent" ? { ...period, agent: row.id } : { ...period, unit: row.id }}
                        name={row.name}
                        title={check.title}
                      />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            <p className="quiet heat-legend">
              {texts.people.legend}
              {[0, 0.25, 0.5, 0.75, 1].map((rate) => (
                <span key={rate} className="heat-sample" style={shade(what === "step" ? 1 - rate : rate, 100)}>
                  {percent(rate, language, 0)}
                </span>
              ))}
            </p>
          </div>
        )}
      </Loaded>
    </section>
  );
}

/** Calls from which on a cell has its full colour. */
const SURE = 30;

/** How much is wrong, and how surely: colour by rate, strength by number of calls. */
function shade(bad: number, n: number): React.CSSProperties {
  const strength = Math.round(bad ** 0.7 * 62 * Math.min(1, 0.35 + (0.65 * n) / SURE));
  return { backgroundColor: `color-mix(in srgb, var(--heat) ${strength}%, var(--panel))` };
}

function HeatCell({
  cell,
  what,
  base,
  name,
  title,
}: {
  cell: Cell | undefined;
  what: What;
  base: Filters;
  name: string;
  title: string;
}) {
  const texts = useTexts();
  const { language } = useLanguage();
  if (!cell || cell.rate === null) return <td className="heat-none">{cell?.unsure ? texts.people.onlyUnsure : "·"}</td>;
  const bad = what === "step" ? 1 - cell.rate : cell.rate;
  const words = texts.people.cell({
    who: name,
    title,
    hits: count(cell.hits, language),
    n: count(cell.n, language),
    low: percent(cell.low, language, 0),
    high: percent(cell.high, language, 0),
    unsure: cell.unsure,
  });
  return (
    <td style={shade(bad, cell.n)}>
      <Link to={callsLink({ ...base, hit: [`${what}:${cell.check}:broken`] })} title={words}>
        {percent(cell.rate, language, 0)}
        {cell.n < 10 && <small>{texts.people.few(cell.n)}</small>}
      </Link>
    </td>
  );
}
