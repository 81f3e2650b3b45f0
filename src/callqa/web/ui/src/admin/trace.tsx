import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Input, Select, Table } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";

type Noted = Read<"NotedShown">;

/** The audit log, newest first, and whether its chain holds. */
export function Trace() {
  const texts = useTexts().trace;
  const { marks } = useTexts();
  const { nameOf } = usePeople();
  const [actor, setActor] = useState("");
  const [action, setAction] = useState("");
  const [subject, setSubject] = useState("");
  const [days, setDays] = useState<readonly [Dayjs, Dayjs] | null>(null);
  const filter = {
    actor: actor || undefined,
    action: action || undefined,
    subject: subject || undefined,
    first: days?.[0].startOf("day").toISOString(),
    last: days?.[1].add(1, "day").startOf("day").toISOString(),
  };
  const rows = useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => taken(api.GET("/api/v1/audit", { params: { query: { ...filter, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  });
  const items = rows.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <p className="quiet">{texts.about}</p>
      <div className="toolbar">
        {(
          [
            [texts.actor, setActor],
            [texts.subject, setSubject],
          ] as const
        ).map(([name, set]) => (
          <Input.Search
            key={name}
            allowClear
            placeholder={name}
            aria-label={name}
            className="trace-filter"
            onSearch={(value) => set(value.trim())}
          />
        ))}
        <Select
          allowClear
          placeholder={texts.action}
          aria-label={texts.action}
          className="trace-filter"
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: "label" }}
          onChange={(value: string | undefined) => setAction(value ?? "")}
          options={Object.entries(texts.actions).map(([value, label]) => ({ value, label }))}
        />
        <DatePicker.RangePicker
          format="YYYY-MM-DD"
          aria-label={texts.period}
          onChange={(chosen) => setDays(chosen?.[0] && chosen[1] ? [chosen[0], chosen[1]] : null)}
        />
        <Verify />
      </div>
      <Loaded query={{ ...rows, data: items }} isEmpty={(found) => found.length === 0} empty={texts.empty}>
        {(found) => (
          <Table<Noted>
            rowKey="seq"
            size="small"
            pagination={false}
            dataSource={found}
            scroll={{ x: 900 }}
            columns={[
              { title: texts.seq, dataIndex: "seq", width: 80, align: "right" },
              { title: texts.at, width: 150, render: (_, one) => dateTime(one.at) },
              { title: texts.actor, width: 130, render: (_, one) => nameOf(one.actor) },
              {
                title: texts.action,
                width: 190,
                // an action that came later than the page stands as it is written
                render: (_, { action }) => <span title={action}>{texts.actions[action] ?? action}</span>,
              },
              { title: texts.subject, dataIndex: "subject", className: "trace-subject" },
              {
                title: texts.detail,
                className: "trace-detail",
                render: (_, one) =>
                  Object.entries(one.detail)
                    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
                    .join(marks.clauses),
              },
            ]}
            footer={
              rows.hasNextPage
                ? () => (
                    <Button loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
                      {texts.more}
                    </Button>
                  )
                : undefined
            }
          />
        )}
      </Loaded>
    </>
  );
}

function Verify() {
  const texts = useTexts().trace;
  const verified = useQuery({
    queryKey: ["audit", "verify"],
    queryFn: () => taken(api.GET("/api/v1/audit/verify")),
    enabled: false,
  });
  return (
    <>
      <Button loading={verified.isFetching} onClick={() => void verified.refetch()}>
        {texts.verify}
      </Button>
      {verified.data && !verified.isFetching && (
        <Alert
          showIcon
          type={verified.data.whole ? "success" : "error"}
          title={verified.data.whole ? texts.whole(verified.data.rows) : texts.broken}
          description={verified.data.whole ? undefined : verified.data.faults.join("\n")}
        />
      )}
    </>
  );
}
