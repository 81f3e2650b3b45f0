import { useQuery } from "@tanstack/react-query";
import { DatePicker, Skeleton } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { Link, Navigate } from "react-router";

import { api, taken } from "../api/client";
import { callsLink } from "../calls/filters";
import { count, points } from "../layout/format";
import { Settled } from "../layout/settled";
import { Failure, PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useLanguage, useTexts } from "../texts";
import { Plans } from "./plans";
import { Progress } from "./progress";
import { Queue } from "./queue";
import { TrueRate } from "./rate";
import { CoachingDue, DueAppeals, RedLines } from "./today";
import "./day.css";

/** 工作台: what is to be done, and how the day went. */
export default function DayPage() {
  const { can } = useMe();
  // who has neither a queue nor plans has a page of the own calls
  return can("queue") || can("plan.read") ? <Day /> : <Navigate to="/mine" replace />;
}

function Day() {
  const texts = useTexts();
  const { can, me } = useMe();
  const today = me.now.slice(0, 10);
  const [picked, setPicked] = useState<string | null>(null);
  const reports = can("reports");
  const newest = useQuery({
    queryKey: ["calls", "newest"],
    enabled: reports,
    queryFn: () => taken(api.GET("/api/v1/calls", { params: { query: { limit: 1 } } })),
  });
  // recordings often come in over night: the day looked at is the last that has calls
  const latest = newest.data?.items[0]?.day;
  const day = picked ?? (newest.isPending ? null : latest && latest <= today ? latest : today);
  return (
    <>
      <PageHead
        title={texts.shell.pages.day}
        about={texts.day.about(me.name)}
        actions={
          reports && (
            <label className="day-pick">
              {texts.day.day}
              <DatePicker
                value={day ? dayjs(day) : null}
                allowClear={false}
                format="YYYY-MM-DD"
                disabledDate={(one) => one.format("YYYY-MM-DD") > today}
                onChange={(to) => to && setPicked(to.format("YYYY-MM-DD"))}
              />
            </label>
          )
        }
      />
      {reports && (day ? <DayFigures day={day} /> : <div className="day-figures" />)}
      <Settled className="day">
        <div className="day-column">
          {can("queue") && <Queue />}
          {can("plan.read") && day && <DayPlans day={day} />}
        </div>
        <div className="day-column">
          {reports && day && <DayRate day={day} />}
          {reports && day && <RedLines day={day} />}
          {can("appeal.rule.leader") && <DueAppeals />}
          {can("coach") && <CoachingDue today={today} />}
          {reports && <Progress />}
        </div>
      </Settled>
    </>
  );
}

function useDay(day: string) {
  return useQuery({
    queryKey: ["day", day],
    queryFn: () => taken(api.GET("/api/v1/reports/day", { params: { query: { day } } })),
  });
}

/** The day in one line, each figure a link to its calls. */
function DayFigures({ day }: { day: string }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const report = useDay(day);
  const days = { first_day: day, last_day: day };
  if (report.error && !report.data) return <Failure error={report.error} retry={() => void report.refetch()} />;
  const totals = report.data?.totals;
  const figure = (label: string, value: string | undefined, to: string) => (
    <div>
      <dt>{label}</dt>
      <dd>{value === undefined ? <Skeleton.Input active size="small" /> : <Link to={to}>{value}</Link>}</dd>
    </div>
  );
  return (
    <dl className="day-figures panel">
      {figure(texts.day.calls, totals && count(totals.calls, language), callsLink(days))}
      {figure(texts.day.mean, totals && points(totals.mean_total), callsLink(days, "lowest"))}
      {figure(texts.day.fatal, totals && count(totals.fatal, language), callsLink({ ...days, fatal: true }))}
      {figure(texts.day.human, totals && count(totals.needs_human, language), callsLink({ ...days, needs_human: true }))}
      {figure(
        texts.day.reviewed,
        totals && count((totals.by_state.reviewed ?? 0) + (totals.by_state.ruled ?? 0), language),
        callsLink({ ...days, review_state: "reviewed" }),
      )}
      {figure(
        texts.day.appealed,
        totals && count(totals.by_state.appealed ?? 0, language),
        callsLink({ ...days, review_state: "appealed" }),
      )}
    </dl>
  );
}

function DayRate({ day }: { day: string }) {
  const report = useDay(day);
  if (!report.data) {
    return (
      <section className="panel">
        <Skeleton active paragraph={{ rows: 3 }} />
      </section>
    );
  }
  return <TrueRate sealed={report.data.sealed} calls={report.data.totals.calls} />;
}

function DayPlans({ day }: { day: string }) {
  const report = useDay(day);
  return <Plans day={day} calls={report.data?.totals.calls ?? 0} />;
}
