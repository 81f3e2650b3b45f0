import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";

import { UnitSelect } from "../session/unit-select";
import { useTexts } from "../texts";
import type { Period } from "./period";

/** Days, unit, and what else a page adds. */
export function PeriodBar({
  period,
  change,
  units: withUnits = true,
  children,
}: {
  period: Period;
  change: (to: Record<string, string | undefined>) => void;
  units?: boolean;
  children?: ReactNode;
}) {
  const texts = useTexts();
  const today = dayjs();
  return (
    <div className="toolbar">
      <DatePicker.RangePicker
        value={[dayjs(period.first_day), dayjs(period.last_day)]}
        allowClear={false}
        format="YYYY-MM-DD"
        aria-label={texts.calls.days}
        presets={[
          { label: texts.calls.week, value: [today.subtract(6, "day"), today] },
          { label: texts.calls.month, value: [today.subtract(29, "day"), today] },
          { label: texts.people.quarter, value: [today.subtract(89, "day"), today] },
        ]}
        onChange={(days) => {
          const [first, last] = days ?? [];
          if (first && last) change({ first_day: first.format("YYYY-MM-DD"), last_day: last.format("YYYY-MM-DD") });
        }}
      />
      {withUnits && (
        <UnitSelect
          allowClear
          className="people-unit"
          value={period.unit}
          placeholder={texts.people.allUnits}
          aria-label={texts.calls.filters.unit}
          onChange={(unit: string | undefined) => change({ unit })}
        />
      )}
      {children}
    </div>
  );
}
