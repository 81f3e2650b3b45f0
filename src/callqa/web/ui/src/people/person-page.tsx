import { useQuery } from "@tanstack/react-query";
import { Button, Result } from "antd";
import { Link, Navigate, useParams } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { callsLink } from "../calls/filters";
import { count, percent, points } from "../layout/format";
import { Loaded, PageHead } from "../layout/states";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useLanguage, useTexts } from "../texts";
import { signed } from "./board";
import { Checks } from "./checks";
import { usePeriod, type Period } from "./period";
import { PeriodBar } from "./period-bar";
import { Profile } from "./profile";
import { Trend } from "./trend";
import "./people.css";

/** One agent: scores over time beside the group, steps and techniques beside the group, the calls behind each. */
export default function PersonPage() {
  const { id = "" } = useParams();
  const { can, me } = useMe();
  // who has no figures of others has a page of the own calls
  if (!can("reports")) return <Navigate to={id === me.id ? "/mine" : "/"} replace />;
  return <Person key={id} id={id} />;
}

function Person({ id }: { id: string }) {
  const texts = useTexts();
  const { can } = useMe();
  const { period, change } = usePeriod();
  const { people, nameOf, known } = usePeople();
  const days = { first_day: period.first_day, last_day: period.last_day };
  const report = useQuery({
    queryKey: ["reports", "agents", days, "agent"],
    queryFn: () => taken(api.GET("/api/v1/reports/agents", { params: { query: days } })),
    placeholderData: (before) => before,
  });
  const row = report.data?.rows.find((one) => one.id === id);
  const group = row?.unit ? { unit: row.unit, title: row.unit_title } : undefined;
  if (known && report.data && !row && !people.some((one) => one.id === id)) {
    return <Result status="403" title={texts.coaching.noAgent(id)} subTitle={texts.coaching.noAgentNext} />;
  }
  return (
    <>
      <PageHead
        title={nameOf(id)}
        about={[id, row?.unit_title].filter(Boolean).join(" · ")}
        actions={
          <div className="people-actions">
            <Link to={callsLink({ ...days, agent: id })}>
              <Button>{texts.people.hisCalls}</Button>
            </Link>
            {can("coach.read") && (
              <Link to={`/coaching?agent=${encodeURIComponent(id)}`}>
                <Button>{texts.shell.pages.coaching}</Button>
              </Link>
            )}
          </div>
        }
      />
      <PeriodBar period={period} change={change} units={false} />
      <Loaded query={report} rows={12} isEmpty={(found) => !found.rows.some((one) => one.id === id)} empty={texts.people.noCalls}>
        {(found) => (
          <div className="person">
            {row && <Figures row={row} period={days} enough={found.enough} ranked={found.ranked} />}
            <Trend key={`${days.first_day}${days.last_day}`} period={days} agent={id} group={group} />
            <div className="person-columns">
              <Checks period={days} agent={id} group={group} />
              <Profile period={days} agent={id} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Figures({ row, period, enough, ranked }: { row: Read<"AgentRow">; period: Period; enough: number; ranked: number }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const { figures, placed } = row;
  const { total, fatal, ordered } = figures;
  const mine = { ...period, agent: row.id };
  const within = (share: Read<"ShareShown">) =>
    share.low !== null && share.high !== null ? `${percent(share.low, language)} – ${percent(share.high, language)}` : "";
  return (
    <dl className="person-figures panel">
      <div>
        <dt>{texts.people.calls}</dt>
        <dd>
          <Link to={callsLink(mine)}>{count(figures.calls, language)}</Link>
        </dd>
      </div>
      <div>
        <dt>{texts.people.mean}</dt>
        <dd>
          <Link to={callsLink(mine, "lowest")}>{points(total.mean === null ? null : Math.round(total.mean * 10) / 10)}</Link>
          <small>{total.low !== null && total.high !== null ? texts.common.interval(points(total.low), points(total.high)) : texts.people.noInterval}</small>
        </dd>
      </div>
      <div>
        <dt>{texts.people.place}</dt>
        <dd>
          {placed.best === null
            ? "—"
            : texts.people.placeOf(texts.people.range(placed.best, placed.worst ?? placed.best), ranked)}
          <small>
            {placed.board === "too_few" ? texts.people.tooFew(total.n, enough) : texts.people.verdicts[placed.board]}
            {placed.difference !== null && placed.board !== "too_few" ? texts.people.aside(signed(placed.difference)) : ""}
          </small>
        </dd>
      </div>
      <div>
        <dt>{texts.people.fatal}</dt>
        <dd>
          <Link to={callsLink({ ...mine, fatal: true })}>{percent(fatal.rate, language)}</Link>
          <small>{within(fatal)}</small>
        </dd>
      </div>
      <div>
        <dt>{texts.people.ordered}</dt>
        <dd>
          {ordered.n ? <Link to={callsLink({ ...mine, ordered: true })}>{percent(ordered.rate, language)}</Link> : "—"}
          <small>{ordered.n ? within(ordered) : texts.people.unknownOrders}</small>
        </dd>
      </div>
      <div>
        <dt>{texts.calls.needsHuman}</dt>
        <dd>
          <Link to={callsLink({ ...mine, needs_human: true })}>{count(figures.needs_human, language)}</Link>
        </dd>
      </div>
    </dl>
  );
}
