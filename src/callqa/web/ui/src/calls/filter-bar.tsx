import { FilterOutlined } from "@ant-design/icons";
import { Badge, Button, DatePicker, Input, Popover, Tag } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";

import { usePeople } from "../session/names";
import { useUnits } from "../session/units";
import { useTexts, type Texts } from "../texts";
import { FilterForm } from "./filter-form";
import { without, type FilterName, type Filters } from "./filters";
import { useNames } from "./names";

interface Props {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** Words, days, and everything else as chips that a click takes away. */
export function FilterBar({ filters, onChange }: Props) {
  const texts = useTexts();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(filters.text ?? "");
  // a saved view or a link changes the words from outside
  useEffect(() => setText(filters.text ?? ""), [filters.text]);
  const put = (changed: Filters) =>
    onChange(Object.fromEntries(Object.entries({ ...filters, ...changed }).filter(([, value]) => value !== undefined && value !== "")));
  const chips = useChips(filters, texts);
  return (
    <>
      <div className="toolbar">
        <Input.Search
          allowClear
          className="calls-search"
          value={text}
          maxLength={200}
          placeholder={texts.calls.searchWords}
          aria-label={texts.calls.searchWords}
          onChange={(event) => {
            setText(event.target.value);
            if (!event.target.value) put({ text: undefined });
          }}
          onSearch={(value) => put({ text: value.trim() || undefined })}
        />
        <DatePicker.RangePicker
          value={[filters.first_day ? dayjs(filters.first_day) : null, filters.last_day ? dayjs(filters.last_day) : null]}
          format="YYYY-MM-DD"
          allowEmpty={[true, true]}
          placeholder={[texts.calls.fromDay, texts.calls.toDay]}
          aria-label={texts.calls.days}
          presets={presets(texts)}
          onChange={(days) =>
            put({ first_day: days?.[0]?.format("YYYY-MM-DD"), last_day: days?.[1]?.format("YYYY-MM-DD") })
          }
        />
        <Popover
          trigger="click"
          placement="bottomLeft"
          open={open}
          onOpenChange={setOpen}
          destroyOnHidden
          content={
            <FilterForm
              filters={filters}
              onChange={(changed) => {
                put(changed);
                setOpen(false);
              }}
            />
          }
        >
          <Badge count={chips.length} size="small" color="var(--focus)">
            <Button icon={<FilterOutlined aria-hidden />} aria-expanded={open}>
              {texts.calls.filter}
            </Button>
          </Badge>
        </Popover>
      </div>
      {chips.length > 0 && (
        <div className="calls-chips" role="group" aria-label={texts.calls.active}>
          {chips.map(({ name, hit, label }) => (
            <Tag
              key={`${name}${hit ?? ""}`}
              closable={{ "aria-label": texts.calls.drop(label) }}
              onClose={(event) => {
                event.preventDefault();
                onChange(without(filters, name, hit));
              }}
            >
              {label}
            </Tag>
          ))}
          <Button type="link" size="small" onClick={() => onChange(filters.text ? { text: filters.text } : {})}>
            {texts.common.reset}
          </Button>
        </div>
      )}
    </>
  );
}

function presets(texts: Texts): { label: string; value: [dayjs.Dayjs, dayjs.Dayjs] }[] {
  const today = dayjs();
  return [
    { label: texts.calls.today, value: [today, today] },
    { label: texts.calls.yesterday, value: [today.subtract(1, "day"), today.subtract(1, "day")] },
    { label: texts.calls.week, value: [today.subtract(6, "day"), today] },
    { label: texts.calls.month, value: [today.subtract(29, "day"), today] },
  ];
}

interface Chip {
  name: FilterName;
  hit?: string;
  label: string;
}

function useChips(filters: Filters, texts: Texts): Chip[] {
  const { nameOf } = usePeople();
  const { titleOf } = useUnits();
  const { hitTitle, gradeTitle } = useNames();
  const found: Chip[] = [];
  const titles = texts.calls.filters;
  const add = (name: FilterName, label: string | undefined | null) => {
    if (label) found.push({ name, label });
  };
  add("unit", filters.unit && texts.calls.pair(titles.unit, titleOf(filters.unit)));
  add("agent", filters.agent && texts.calls.pair(titles.agent, nameOf(filters.agent)));
  add("product", filters.product && texts.calls.pair(titles.product, filters.product));
  add("campaign", filters.campaign && texts.calls.pair(titles.campaign, filters.campaign));
  add("region", filters.region && texts.calls.pair(titles.region, filters.region));
  add("grade", filters.grade && texts.calls.pair(titles.grade, gradeTitle(filters.grade)));
  add("score_min", filters.score_min !== undefined ? texts.calls.atLeast(filters.score_min) : null);
  add("score_max", filters.score_max !== undefined ? texts.calls.atMost(filters.score_max) : null);
  for (const name of ["fatal", "needs_human", "ordered"] as const) {
    const value = filters[name];
    add(name, value === undefined ? null : texts.calls.flags[name][value ? "yes" : "no"]);
  }
  add("review_state", filters.review_state && texts.reviewState[filters.review_state]);
  for (const hit of filters.hit ?? []) found.push({ name: "hit", hit, label: hitTitle(hit) });
  return found;
}
