import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { Loaded, PageHead } from "../layout/states";
import { useTexts } from "../texts";

type PersonShown = Read<"PersonShown">;

/** Units and agents. */
export default function PeoplePage() {
  const texts = useTexts();
  const people = useQuery({ queryKey: ["people"], queryFn: () => taken(api.GET("/api/v1/people")) });
  return (
    <>
      <PageHead title={texts.shell.pages.people} />
      <Loaded query={people} isEmpty={(page) => page.items.length === 0} empty={texts.people.empty}>
        {(page) => (
          <Table<PersonShown>
            rowKey="id"
            size="middle"
            dataSource={page.items.filter((one) => one.posts.some((post) => post.role === "agent"))}
            pagination={false}
            columns={[
              {
                title: texts.people.agent,
                render: (_, one) => <Link to={`/people/${encodeURIComponent(one.id)}`}>{one.name}</Link>,
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
