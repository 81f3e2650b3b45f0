import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";

type Row = Read<"RightShown">;
type Role = keyof Row["reaches"];

/** Who may do what, and how far: the program's own table, for reading. */
export function Rights() {
  const texts = useTexts();
  const said = texts.rights;
  const rights = useQuery({
    queryKey: ["rights"],
    queryFn: () => taken(api.GET("/api/v1/rights")),
    staleTime: Infinity,
  });
  const roles = Object.entries(texts.role) as [Role, string][];
  return (
    <>
      <p className="quiet">{said.about}</p>
      <p className="quiet">{said.reachAbout}</p>
      <Loaded query={rights} rows={12}>
        {(page) => (
          <Table<Row>
            rowKey="right"
            size="small"
            pagination={false}
            dataSource={[...page.items]}
            scroll={{ x: 1000 }}
            sticky
            columns={[
              {
                title: said.right,
                width: 250,
                fixed: "left",
                render: (_, { right }) => said.names[right] ?? right,
              },
              ...roles.map(([role, title]) => ({
                title,
                align: "center" as const,
                render: (_: unknown, { reaches }: Row) => {
                  const reach = reaches[role] ?? "none";
                  return <span className={`reach reach-${reach}`}>{said.reach[reach]}</span>;
                },
              })),
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
