import { useQuery } from "@tanstack/react-query";
import { Progress as Bar } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { count, dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useLanguage, useTexts } from "../texts";

/** How far the scoring is: what waits, at which pace, until when; and the latest batches. */
export function Progress() {
  const texts = useTexts();
  const progress = useQuery({
    queryKey: ["progress"],
    queryFn: () => taken(api.GET("/api/v1/reports/progress")),
    refetchInterval: (query) => (query.state.data?.waiting || query.state.data?.runs.some((run) => run.going) ? 10_000 : 60_000),
  });
  return (
    <section className="panel" aria-labelledby="day-progress">
      <h2 id="day-progress">{texts.day.progress}</h2>
      <Loaded query={progress} rows={3}>
        {(found) => <Found found={found} />}
      </Loaded>
    </section>
  );
}

type Run = Read<"RunShown">;

function Found({ found }: { found: Read<"ProgressShown"> }) {
  const texts = useTexts().day;
  const { language } = useLanguage();
  const { can } = useMe();
  return (
    <>
      <p aria-live="polite">
        {found.waiting === 0 ? texts.nothingWaits : texts.waiting(count(found.waiting, language))}
        {found.per_minute !== null && texts.pace(found.per_minute.toFixed(1))}
        {found.finish_at && <strong>{texts.finishAt(dateTime(found.finish_at))}</strong>}
        {found.waiting > 0 && !found.finish_at && texts.noPace}
      </p>
      {found.dead > 0 && (
        <p className="day-bad">
          {can("org.write") ? <Link to="/admin/jobs">{texts.dead(found.dead)}</Link> : texts.dead(found.dead)}
        </p>
      )}
      <ul className="day-list">
        {found.runs.slice(0, 3).map((run) => (
          <Batch key={run.id} run={run} />
        ))}
      </ul>
    </>
  );
}

/** One batch: what it is, how far it is, and while it goes on, when it will be done. */
function Batch({ run }: { run: Run }) {
  const texts = useTexts().day;
  const { language } = useLanguage();
  const through = run.done + run.failed;
  const known = run.going && run.planned ? run.planned : null;
  return (
    <li>
      <div className="day-line">
        <span>{texts.runKind[run.kind]}</span>
        <span className="quiet">{dateTime(run.started_at)}</span>
        <span className="day-right">
          {known === null
            ? texts.runDone(count(run.done, language), run.failed)
            : texts.runOf(count(run.done, language), count(known, language), run.failed)}
          {run.going ? texts.runGoing : run.finished_at ? "" : texts.runCut}
        </span>
      </div>
      {known !== null && (
        <>
          <Bar
            percent={Math.floor((100 * Math.min(through, known)) / known)}
            size="small"
            status={run.failed > 0 ? "exception" : "active"}
            aria-label={texts.progress}
          />
          {run.finish_at && <p className="quiet">{texts.finishAt(dateTime(run.finish_at))}</p>}
        </>
      )}
    </li>
  );
}
