import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Read } from "../api/read";
import { dateTime, points } from "../layout/format";
import { clockTime } from "../player/spans";
import type { Texts } from "../texts";
import type { Sort } from "./filters";

export type CallShown = Read<"CallShown">;
export type ColumnName = keyof Texts["calls"]["columns"];

interface Given {
  texts: Texts;
  nameOf: (id: string | null) => string;
  titleOf: (id: string | null) => string;
  /** Words searched for; the call page marks them, too. */
  text: string | undefined;
}

export interface Column {
  name: ColumnName;
  /** Least width in pixels, and the share of what is left. */
  width: number;
  grow: number;
  right?: boolean;
  /** Orders that a click on the heading goes through. */
  sorts?: readonly [Sort, Sort];
  show: (call: CallShown, given: Given) => ReactNode;
}

/** Every column that the list can show, in their order. */
export const COLUMNS: readonly Column[] = [
  {
    name: "id",
    width: 80,
    grow: 1,
    show: (call, { text }) => (
      <Link to={`/calls/${encodeURIComponent(call.id)}${text ? `?text=${encodeURIComponent(text)}` : ""}`}>{call.id}</Link>
    ),
  },
  { name: "started_at", width: 124, grow: 0, sorts: ["newest", "oldest"], show: started },
  {
    name: "agent",
    width: 84,
    grow: 1,
    show: (call, { nameOf }) => nameOf(call.agent),
  },
  { name: "unit", width: 72, grow: 1, show: (call, { titleOf }) => titleOf(call.unit) },
  { name: "product", width: 110, grow: 1, show: (call) => call.product ?? "—" },
  { name: "campaign", width: 100, grow: 1, show: (call) => call.campaign ?? "—" },
  { name: "region", width: 80, grow: 1, show: (call) => call.region ?? "—" },
  { name: "duration", width: 64, grow: 0, right: true, show: (call) => clockTime(call.duration) },
  {
    name: "total",
    width: 74,
    grow: 0,
    right: true,
    sorts: ["lowest", "highest"],
    show: (call) => <strong className={call.fatal ? "calls-fatal" : undefined}>{points(call.total)}</strong>,
  },
  { name: "machine_total", width: 74, grow: 0, right: true, show: (call) => points(call.machine_total) },
  { name: "grade", width: 92, grow: 1, show: (call) => call.grade_title || "—" },
  {
    name: "marks",
    width: 212,
    grow: 2,
    show: (call, { texts }) => (
      <span className="calls-marks">
        {call.fatal && <span className="calls-mark verdict-broken">{texts.calls.fatal}</span>}
        {call.needs_human > 0 && <span className="calls-mark calls-mark-wait">{texts.calls.waiting(call.needs_human)}</span>}
        {call.open_appeals > 0 && <span className="calls-mark calls-mark-appeal">{texts.calls.appeals(call.open_appeals)}</span>}
      </span>
    ),
  },
  { name: "review_state", width: 100, grow: 0, show: (call, { texts }) => texts.reviewState[call.review_state] },
  {
    name: "ordered",
    width: 96,
    grow: 0,
    right: true,
    show: (call, { texts }) =>
      call.ordered === null ? "—" : call.ordered ? (call.amount === null ? texts.common.yes : `¥${call.amount}`) : texts.common.no,
  },
];

/** When a call began; a star where nobody said so. */
function started(call: CallShown, { texts }: Given): ReactNode {
  if (!call.started_assumed) return dateTime(call.started_at);
  return (
    <>
      {dateTime(call.started_at)}
      <span className="calls-assumed" role="img" aria-label={texts.call.assumed} title={texts.call.assumed}>
        *
      </span>
    </>
  );
}

export const USUAL: readonly ColumnName[] = [
  "id",
  "started_at",
  "agent",
  "unit",
  "product",
  "duration",
  "total",
  "grade",
  "marks",
  "review_state",
];
