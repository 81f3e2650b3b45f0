import { useQuery } from "@tanstack/react-query";
import { App, Button, Progress } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useUnits } from "../session/units";
import { useTexts } from "../texts";
import { PlanDialog } from "./plan-dialog";

/** The day's plans with their seed and progress; captains and above make and rebalance them. */
export function Plans({ day, calls }: { day: string; calls: number }) {
  const texts = useTexts();
  const { can } = useMe();
  const [making, setMaking] = useState(false);
  const plans = useQuery({
    queryKey: ["plans", day],
    queryFn: () => taken(api.GET("/api/v1/plans", { params: { query: { first_day: day, last_day: day } } })),
  });
  return (
    <section className="panel" aria-labelledby="day-plans">
      <div className="day-head">
        <h2 id="day-plans">{texts.day.plans}</h2>
        {can("plan") && (
          <Button className="day-right" disabled={calls === 0} onClick={() => setMaking(true)}>
            {texts.day.makePlan}
          </Button>
        )}
      </div>
      <Loaded query={plans} rows={3} isEmpty={(page) => page.items.length === 0} empty={texts.day.noPlans}>
        {(page) => (
          <ul className="day-list" tabIndex={0} aria-labelledby="day-plans">
            {page.items.map((plan) => (
              <PlanLine key={plan.id} plan={plan} />
            ))}
          </ul>
        )}
      </Loaded>
      {making && <PlanDialog day={day} known={plans.data?.items ?? []} onClose={() => setMaking(false)} />}
    </section>
  );
}

function PlanLine({ plan }: { plan: Read<"PlanShown"> }) {
  const texts = useTexts();
  const { can } = useMe();
  const { message } = App.useApp();
  const { nameOf } = usePeople();
  const { titleOf } = useUnits();
  const balance = useWrite(
    () => taken(api.POST("/api/v1/plans/{plan}/rebalance", { params: { path: { plan: plan.id } } })),
    {
      changes: [["plans"], ["queue"]],
      done: (moved) => void message.success(texts.day.moved(moved.items.length)),
    },
  );
  const all = plan.open + plan.finished + plan.skipped;
  return (
    <li>
      <div className="day-line">
        <strong>{titleOf(plan.unit)}</strong>
        <span className="quiet">{texts.day.planMade(nameOf(plan.created_by), dateTime(plan.created_at))}</span>
        {can("plan") && (
          <Button
            size="small"
            className="day-right"
            loading={balance.isPending}
            disabled={plan.open === 0}
            onClick={() => balance.mutate(undefined)}
          >
            {texts.day.rebalance}
          </Button>
        )}
      </div>
      <Progress
        percent={all ? Math.round(((plan.finished + plan.skipped) / all) * 100) : 0}
        size="small"
        aria-label={texts.day.planDone(plan.finished, all, plan.skipped)}
      />
      <p className="day-why">
        {texts.day.planDone(plan.finished, all, plan.skipped)}
        {texts.day.planFrame(plan.frame, Math.round(plan.minutes), plan.seed)}
      </p>
      {(plan.notes ?? []).map((note) => (
        <p key={note} className="day-why" lang="zh-CN">
          {note}
        </p>
      ))}
    </li>
  );
}
