import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { callsLink } from "../calls/filters";
import { dateTime, points } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

const SHOWN = 20;

/** Calls of the day on which a red line stands. */
export function RedLines({ day }: { day: string }) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const filters = { first_day: day, last_day: day, fatal: true };
  const { can } = useMe();
  const queue = useQuery({
    queryKey: ["queue"],
    queryFn: () => taken(api.GET("/api/v1/queue")),
    enabled: can("queue"),
  });
  const calls = useQuery({
    queryKey: ["calls", "red", day],
    queryFn: () => taken(api.GET("/api/v1/calls", { params: { query: { ...filters, limit: SHOWN, count: true } } })),
    // whoever has yet to review a call blind must not read its verdict here
    enabled: !can("queue") || !queue.isPending,
    select: (page) => {
      const items = page.items.filter(({ id }) => !queue.data?.items.some((one) => one.blind && one.call === id));
      const hidden = page.items.length - items.length;
      return { items, hidden, total: (page.total ?? items.length) - hidden };
    },
  });
  return (
    <section className="panel" aria-labelledby="day-red">
      <div className="day-head">
        <h2 id="day-red">{texts.day.redLines}</h2>
        {!!calls.data?.total && <Link to={callsLink(filters)}>{texts.common.calls(calls.data.total)}</Link>}
      </div>
      <Loaded query={calls} rows={3} isEmpty={(page) => page.items.length === 0} empty={calls.data?.hidden ? texts.day.redLinesHidden : texts.day.noRedLines}>
        {(page) => (
          <ul className="day-list" tabIndex={0} aria-labelledby="day-red">
            {page.items.map((call) => (
              <li key={call.id}>
                <div className="day-line">
                  <Link to={`/calls/${encodeURIComponent(call.id)}`}>{call.id}</Link>
                  <span>{nameOf(call.agent)}</span>
                  <span className="quiet">{dateTime(call.started_at).slice(11)}</span>
                  <span className="day-right">{texts.reviewState[call.review_state]}</span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

/** Appeals that wait for one's own decision, the soonest due first. */
export function DueAppeals() {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const appeals = useQuery({
    queryKey: ["appeals", "due"],
    queryFn: () => taken(api.GET("/api/v1/appeals", { params: { query: { mine: true, limit: 50 } } })),
  });
  return (
    <section className="panel" aria-labelledby="day-appeals">
      <div className="day-head">
        <h2 id="day-appeals">{texts.day.appeals}</h2>
        <Link to="/appeals">{texts.common.more}</Link>
      </div>
      <Loaded query={appeals} rows={3} isEmpty={(page) => page.items.length === 0} empty={texts.day.noAppeals}>
        {(page) => (
          <ul className="day-list" tabIndex={0} aria-labelledby="day-appeals">
            {[...page.items]
              .sort((a, b) => (a.due ?? "9").localeCompare(b.due ?? "9"))
              .map((appeal) => (
                <li key={appeal.id}>
                  <div className="day-line">
                    <Link to={`/calls/${encodeURIComponent(appeal.call)}`}>{appeal.title}</Link>
                    <span>{nameOf(appeal.agent)}</span>
                    <span className={`day-right${appeal.overdue ? " day-bad" : ""}`}>
                      {appeal.due ? texts.day.dueBy(dateTime(appeal.due), appeal.overdue) : ""}
                    </span>
                  </div>
                  <p className="day-why">
                    {appeal.reason} · {points(appeal.points)}/{points(appeal.max_points)}
                  </p>
                </li>
              ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

const ENDED = new Set(["achieved", "not_achieved", "cancelled"]);

/** Coaching that one follows up: overdue and soonest first. */
export function CoachingDue({ today }: { today: string }) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const tasks = useQuery({
    queryKey: ["coaching", "mine"],
    queryFn: () => taken(api.GET("/api/v1/coaching", { params: { query: { mine: true } } })),
    select: (page) => page.items.filter((task) => !ENDED.has(task.state ?? "open")),
  });
  return (
    <section className="panel" aria-labelledby="day-coaching">
      <div className="day-head">
        <h2 id="day-coaching">{texts.day.coaching}</h2>
        <Link to="/coaching">{texts.common.more}</Link>
      </div>
      <Loaded query={tasks} rows={3} isEmpty={(found) => found.length === 0} empty={texts.day.noCoaching}>
        {(found) => (
          <ul className="day-list" tabIndex={0} aria-labelledby="day-coaching">
            {found.map((task) => (
              <li key={task.id}>
                <div className="day-line">
                  <Link to={`/coaching?tab=tasks&task=${encodeURIComponent(task.id)}`}>{task.title}</Link>
                  <span>{nameOf(task.agent)}</span>
                  <span className={`day-right${task.state !== "follow_up" && task.due < today ? " day-bad" : ""}`}>
                    {task.state === "follow_up" ? texts.day.followUp : texts.day.dueBy(task.due, task.due < today)}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
