import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { useParams } from "react-router";

import type { Read } from "../api/read";
import { Collect } from "../collections/collect";
import { dateTime } from "../layout/format";
import { later } from "../layout/later";
import { clockTime } from "../player/spans";
import { useTexts } from "../texts";
import { callQueries } from "./call-queries";
import { CallReview } from "./call-review";

const Failure = later(async () => ({ default: (await import("../layout/states")).Failure }));

/** A call: listen, see why, decide. */
export default function CallPage() {
  const { id = "" } = useParams();
  const detail = useQuery(callQueries.detail(id));
  if (detail.data) return <Call key={id} found={detail.data} />;
  return detail.error ? (
    <Suspense>
      <Failure error={detail.error} retry={() => void detail.refetch()} />
    </Suspense>
  ) : (
    <div className="waiting" aria-busy />
  );
}

function Call({ found }: { found: Read<"CallDetail"> }) {
  const texts = useTexts();
  const { call } = found;
  const { marks, call: said } = texts;
  const ordered = call.ordered === null ? "—" : call.ordered ? said.ordered(call.amount) : said.notOrdered;
  const facts: readonly [string, string][] = [
    [said.direction, texts.direction[found.direction]],
    [said.length, clockTime(found.recording.duration)],
    [said.campaign, call.campaign ?? "—"],
    [said.region, call.region ?? "—"],
    [said.order, ordered],
    [said.policy, `${found.policy.id} ${found.policy.version}`],
    [said.scored, dateTime(found.scored_at)],
    [said.warnings, found.warnings.map(texts.told).join(marks.clauses) || "—"],
  ];
  return (
    <>
      <header className="page-head">
        <h1>
          {call.id} {call.grade_title && <span className="line-mark">{call.grade_title}</span>}
        </h1>
        <p>
          {[found.agent_name ?? call.agent, call.product, dateTime(call.started_at)].filter(Boolean).join(" · ")}
          {found.started_assumed && marks.aside(said.assumed)}
        </p>
        <div className="page-actions">
          <Collect call={call.id} duration={found.recording.duration} />
        </div>
      </header>
      <CallReview detail={found} />
      <section className="panel call-facts">
        <h2>{said.facts}</h2>
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
