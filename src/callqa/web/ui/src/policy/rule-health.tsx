import { useQuery } from "@tanstack/react-query";
import { DatePicker, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { percent } from "../layout/format";
import { Loaded } from "../layout/states";
import { useLanguage, useTexts } from "../texts";

type Card = Read<"RuleHealthShown">;
type Rate = Read<"Rate">;

/** How often each rule was right when people looked, with its interval; what errs most comes first. */
export function RuleHealth() {
  const texts = useTexts().policy.health;
  const { language } = useLanguage();
  const [days, setDays] = useState<[Dayjs, Dayjs]>(() => [dayjs().subtract(60, "day"), dayjs()]);
  const query = { first_day: days[0].format("YYYY-MM-DD"), last_day: days[1].format("YYYY-MM-DD") };
  const health = useQuery({
    queryKey: ["policy", "health", query],
    queryFn: () => taken(api.GET("/api/v1/rules/health", { params: { query } })),
  });
  return (
    <>
      <div className="toolbar">
        <DatePicker.RangePicker
          value={days}
          allowClear={false}
          format="YYYY-MM-DD"
          aria-label={texts.period}
          onChange={(chosen) => {
            if (chosen?.[0] && chosen[1]) setDays([chosen[0], chosen[1]]);
          }}
        />
      </div>
      <Loaded query={health} isEmpty={(found) => found.rules.length === 0} empty={texts.empty}>
        {(found) => (
          <>
            <p className="quiet">{texts.about(found.calls, percent(found.floor, language, 0))}</p>
            <ul className="health">
              {found.rules.map((card) => (
                <li key={`${card.health.subject}${card.health.id}`}>
                  <HealthCard card={card} floor={found.floor} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  );
}

function HealthCard({ card, floor }: { card: Card; floor: number }) {
  const { marks } = useTexts();
  const texts = useTexts().policy.health;
  const { language } = useLanguage();
  const { health } = card;
  const { precision } = health;
  const state = health.hint_only ? "hintOnly" : (precision.low ?? 0) >= floor ? "good" : "few";
  return (
    <article className="panel health-card">
      <header className="choice-head">
        <strong>{card.title}</strong>
        <Tag color={state === "hintOnly" ? "error" : state === "good" ? "success" : undefined}>{texts[state]}</Tag>
      </header>
      <p className="health-rate">
        <strong>{percent(precision.rate, language, 0)}</strong> <span className="quiet">{texts[health.subject]}</span>
      </p>
      <RateBar rate={precision} floor={floor} />
      <p>{texts.right(precision.hits, precision.n)}</p>
      {precision.low !== null && precision.high !== null && (
        <p className="quiet">{texts.interval(percent(precision.low, language, 0), percent(precision.high, language, 0))}</p>
      )}
      {health.by_product.length > 1 && (
        <p className="quiet">
          {texts.byProduct}
          {marks.colon}
          {health.by_product.map((one) => texts.slice(one.name, one.precision.hits, one.precision.n)).join(marks.list)}
        </p>
      )}
      {health.by_quality.length > 1 && (
        <p className="quiet">
          {texts.byQuality}
          {marks.colon}
          {health.by_quality
            .map((one) => texts.slice(texts.quality[one.name] ?? one.name, one.precision.hits, one.precision.n))
            .join(marks.list)}
        </p>
      )}
    </article>
  );
}

/** The share and its interval on 0 … 100 %, with the floor marked. */
function RateBar({ rate, floor }: { rate: Rate; floor: number }) {
  if (rate.rate === null || rate.low === null || rate.high === null) return null;
  return (
    <svg viewBox="0 0 200 16" className="rate-bar" aria-hidden>
      <line x1={0} x2={200} y1={8} y2={8} className="change-axis" />
      <line x1={rate.low * 200} x2={rate.high * 200} y1={8} y2={8} className="change-interval" />
      <line x1={floor * 200} x2={floor * 200} y1={0} y2={16} className="change-zero" />
      <circle cx={rate.rate * 200} cy={8} r={5} className="change-dot" />
    </svg>
  );
}
