import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { dateTime, points } from "../layout/format";
import { Loaded, PageHead } from "../layout/states";
import { useTexts } from "../texts";

type CallShown = Read<"CallShown">;

/** Calls within reach. */
export default function CallsPage() {
  const texts = useTexts();
  const calls = useQuery({ queryKey: ["calls"], queryFn: () => taken(api.GET("/api/v1/calls")) });
  return (
    <>
      <PageHead title={texts.shell.pages.calls} />
      <Loaded query={calls} isEmpty={(page) => page.items.length === 0} empty={texts.calls.empty}>
        {(page) => (
          <Table<CallShown>
            rowKey="id"
            size="middle"
            dataSource={[...page.items]}
            pagination={false}
            columns={[
              { title: texts.calls.columns.id, render: (_, one) => <Link to={`/calls/${one.id}`}>{one.id}</Link> },
              { title: texts.calls.columns.started_at, render: (_, one) => dateTime(one.started_at) },
              { title: texts.calls.columns.total, render: (_, one) => points(one.total) },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
