import { useQuery } from "@tanstack/react-query";
import { Table, Tag } from "antd";
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
  const queue = useQuery({ queryKey: ["queue"], queryFn: () => taken(api.GET("/api/v1/queue")) });
  return (
    <Loaded query={queue} isEmpty={(page) => page.items.length === 0} empty={texts.day.queueEmpty}>
      {(page) => (
        <Table<Assignment>
          rowKey="id"
          size="middle"
          dataSource={[...page.items]}
          pagination={false}
          columns={[
            {
              title: texts.day.call,
              render: (_, one) => <Link to={placeOf(one)}>{one.call}</Link>,
            },
            { title: texts.day.why, render: (_, one) => <Tag>{texts.day.reason[one.reason]}</Tag> },
            { title: texts.day.explanation, dataIndex: "explanation" },
            { title: texts.day.minutes, render: (_, one) => texts.common.minutes(Math.round(one.minutes)) },
          ]}
        />
      )}
    </Loaded>
  );
}
