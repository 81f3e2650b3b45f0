import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { callsLink } from "../calls/filters";
import { percent } from "../layout/format";
import { Loaded } from "../layout/states";
import { useLanguage, useTexts } from "../texts";
import type { Period } from "./period";
import { Strip } from "./strip";

/** One agent's steps (or rules) beside the group's, the furthest from good first. */
export function Checks({ period, agent, group }: { period: Period; agent: string; group?: { unit: string; title: string } }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const [what, setWhat] = useState<"step" | "rule">("step");
  const own = useQuery({
    queryKey: ["reports", "adherence", period, agent, what],
    queryFn: () => taken(api.GET("/api/v1/reports/adherence", { params: { query: { ...period, agent, what } } })),
  });
  const beside = useQuery({
    queryKey: ["reports", "adherence", { ...period, unit: group?.unit }, "agent", what],
    enabled: group !== undefined,
    queryFn: () =>
      taken(api.GET("/api/v1/reports/adherence", { params: { query: { ...period, unit: group?.unit, what } } })),
  });
  const good = (rate: number | null) => (rate === null ? 2 : what === "step" ? rate : 1 - rate);
  return (
    <section className="panel" aria-labelledby="person-checks">
      <div className="people-head">
        <h2 id="person-checks">{texts.people.heat[what]}</h2>
        <Segmented
          value={what}
          onChange={setWhat}
          options={[
            { value: "step" as const, label: texts.people.steps },
            { value: "rule" as const, label: texts.people.rules },
          ]}
        />
      </div>
      <Loaded query={own} rows={8} isEmpty={(found) => found.all.length === 0} empty={texts.people.noCalls}>
        {(found) => (
          <div className="profile">
            {[...found.all]
              .filter((cell) => cell.rate !== null)
              .sort((a, b) => good(a.rate) - good(b.rate))
              .map((cell) => {
                const title = found.checks.find(({ id }) => id === cell.check)?.title ?? cell.check;
                const others = beside.data?.all.find(({ check }) => check === cell.check);
                const interval = texts.common.interval(percent(cell.low, language, 0), percent(cell.high, language, 0));
                return (
                  <div key={cell.check} className="profile-row">
                    <span className="profile-title" lang="zh-CN">
                      {title}
                    </span>
                    <span className="profile-strips">
                      <Strip value={cell.rate} low={cell.low} high={cell.high} label={`${texts.people.own} ${interval}`} />
                      {others && (
                        <Strip
                          value={others.rate}
                          low={others.low}
                          high={others.high}
                          tone="others"
                          label={`${group?.title ?? ""} ${percent(others.rate, language, 0)}`}
                        />
                      )}
                    </span>
                    <span className="profile-number">
                      <Link to={callsLink({ ...period, agent, hit: [`${what}:${cell.check}:broken`] })}>
                        {percent(cell.rate, language, 0)}
                      </Link>
                      {others && <small>{texts.people.beside(percent(others.rate, language, 0))}</small>}
                    </span>
                    <span className="profile-differs">{texts.common.calls(cell.n)}</span>
                  </div>
                );
              })}
          </div>
        )}
      </Loaded>
    </section>
  );
}
