import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { count, percent, points } from "../layout/format";
import { useLanguage, useTexts } from "../texts";
import { callsLink, type Filters } from "./filters";
import { useNames } from "./names";

/** Figures over all calls of the filters, each a link to the calls behind it. */
export function TotalsBar({ filters }: { filters: Filters }) {
  const texts = useTexts();
  const { language } = useLanguage();
  const { gradeTitle } = useNames();
  const totals = useQuery({
    queryKey: ["calls", "totals", filters],
    queryFn: () => taken(api.GET("/api/v1/calls/totals", { params: { query: filters } })),
    placeholderData: (before) => before,
  });
  const found = totals.data;
  if (!found) return <div className="calls-totals">{totals.isPending && <Skeleton.Input active size="small" />}</div>;
  const share = (some: number) => (found.calls ? texts.people.aside(percent(some / found.calls, language)) : "");
  return (
    <dl className="calls-totals" aria-live="polite">
      <div>
        <dt>{texts.calls.all}</dt>
        <dd>
          <strong>{count(found.calls, language)}</strong>
        </dd>
      </div>
      <div>
        <dt>{texts.calls.mean}</dt>
        <dd>
          <strong>{points(found.mean_total)}</strong>
        </dd>
      </div>
      <div>
        <dt>{texts.calls.fatal}</dt>
        <dd>
          <Link to={callsLink({ ...filters, fatal: true })}>
            {count(found.fatal, language)}
            {share(found.fatal)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{texts.calls.needsHuman}</dt>
        <dd>
          <Link to={callsLink({ ...filters, needs_human: true })}>{count(found.needs_human, language)}</Link>
        </dd>
      </div>
      <div className="calls-totals-wide">
        <dt>{texts.calls.byGrade}</dt>
        <dd>
          {Object.entries(found.by_grade)
            .sort(([, a], [, b]) => b - a)
            .map(([grade, calls]) =>
              grade ? (
                <Link key={grade} to={callsLink({ ...filters, grade })}>
                  {gradeTitle(grade)} {count(calls, language)}
                </Link>
              ) : (
                <span key="none">
                  {gradeTitle("")} {count(calls, language)}
                </span>
              ),
            )}
        </dd>
      </div>
      <div className="calls-totals-wide">
        <dt>{texts.calls.byState}</dt>
        <dd>
          {(["unreviewed", "in_review", "reviewed", "appealed", "ruled"] as const)
            .filter((state) => found.by_state[state])
            .map((state) => (
              <Link key={state} to={callsLink({ ...filters, review_state: state })}>
                {texts.reviewState[state]} {count(found.by_state[state] ?? 0, language)}
              </Link>
            ))}
        </dd>
      </div>
    </dl>
  );
}
