import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";

type Assignment = Read<"AssignmentShown">;

/** Where an assignment is worked on: the call with its verdicts, or the form of a blind review. */
export function placeOf(one: Assignment): string {
  const id = encodeURIComponent(one.id);
  return one.blind ? `/day/blind/${id}` : `/calls/${encodeURIComponent(one.call)}?assignment=${id}`;
}

/** One's own reviews, the most urgent first, each with why it was chosen. */
export function Queue() {
  const texts = useTexts();
  const queue = useQuery({ queryKey: ["queue"], queryFn: () => taken(api.GET("/api/v1/queue")), staleTime: 0 });
  const items = queue.data?.items ?? [];
  const minutes = Math.round(items.reduce((sum, one) => sum + one.minutes, 0));
  const first = items[0];
  return (
    <section className="panel day-queue" aria-labelledby="day-queue">
      <div className="day-head">
        <h2 id="day-queue">{texts.day.queue}</h2>
        {items.length > 0 && (
          <>
            <span className="quiet">{texts.day.queueSize(items.length, minutes)}</span>
            {first && (
              <Link to={placeOf(first)} className="day-start">
                <Button type="primary">{texts.day.start}</Button>
              </Link>
            )}
          </>
        )}
      </div>
      <Loaded query={queue} isEmpty={(page) => page.items.length === 0} empty={texts.day.queueEmpty}>
        {(page) => (
          <ol className="day-list day-list-tall" tabIndex={0} aria-labelledby="day-queue">
            {page.items.map((one) => (
              <li key={one.id}>
                <div className="day-line">
                  <Link to={placeOf(one)}>{one.call}</Link>
                  <span className={`verdict ${one.reason === "red_line" ? "verdict-broken" : "day-reason"}`}>
                    {texts.day.reason[one.reason]}
                  </span>
                  {one.blind && <span className="verdict day-plain">{texts.day.blind}</span>}
                  {one.state === "claimed" && <span className="verdict day-plain">{texts.day.begun}</span>}
                  <span className="day-right">{texts.common.minutes(Math.max(1, Math.round(one.minutes)))}</span>
                </div>
                <p className="day-why">{one.explanation}</p>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </section>
  );
}
