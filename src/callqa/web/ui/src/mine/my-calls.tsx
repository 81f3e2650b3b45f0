import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { dateTime, points } from "../layout/format";
import { Loaded } from "../layout/states";
import { clockTime } from "../player/spans";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { MyCall } from "./my-call";

type CallShown = Read<"CallShown">;

/** One's own calls, the newest first; each opens where it stands. */
export function MyCalls() {
  const texts = useTexts();
  const { me } = useMe();
  const calls = useInfiniteQuery({
    queryKey: ["mine", "calls"],
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/calls", { params: { query: { agent: me.id, limit: 20, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const totals = useQuery({
    queryKey: ["mine", "totals"],
    queryFn: () => taken(api.GET("/api/v1/calls/totals", { params: { query: { agent: me.id } } })),
  });
  const items = calls.data?.pages.flatMap((page) => page.items);
  return (
    <Loaded
      query={{ data: items, error: calls.error, isPending: calls.isPending, refetch: calls.refetch }}
      isEmpty={(found) => found.length === 0}
      empty={texts.mine.noCalls}
    >
      {(found) => (
        <>
          <p className="mine-average">
            {totals.data ? texts.mine.average(totals.data.calls, points(totals.data.mean_total)) : "\u00a0"}
          </p>
          <ul className="mine-list" aria-label={texts.mine.tabs.calls}>
            {found.map((call) => (
              <li key={call.id}>
                <CallCard call={call} />
              </li>
            ))}
          </ul>
          {calls.hasNextPage && (
            <Button block loading={calls.isFetchingNextPage} onClick={() => void calls.fetchNextPage()}>
              {texts.mine.more}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function CallCard({ call }: { call: CallShown }) {
  const texts = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <article className="panel mine-call">
      <button type="button" className="mine-call-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="mine-call-what">
          <strong>{dateTime(call.started_at)}</strong>
          <span className="mine-call-facts">
            {call.product ?? texts.mine.product} · {clockTime(call.duration)}
            {call.started_assumed && texts.marks.aside(texts.call.assumed)}
          </span>
          <span className="mine-call-tags">
            {call.grade_title && <Tag color={call.fatal ? "error" : undefined}>{call.grade_title}</Tag>}
            {call.open_appeals > 0 && <Tag color="processing">{texts.review.appealed}</Tag>}
            {call.needs_human > 0 && <Tag color="warning">{texts.review.waiting(call.needs_human)}</Tag>}
          </span>
        </span>
        <span className="mine-call-score">
          {call.total === null ? (
            <span className="quiet">{texts.mine.noTotal}</span>
          ) : (
            <>
              <strong>{points(call.total)}</strong> {texts.mine.points}
            </>
          )}
        </span>
        <span className="mine-call-more">
          {open ? texts.mine.shut : texts.mine.open} {open ? <UpOutlined /> : <DownOutlined />}
        </span>
      </button>
      {open && <MyCall call={call.id} />}
    </article>
  );
}
