import { UploadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Table, Tag } from "antd";
import { useMemo, useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { ImportDialog } from "./import-dialog";

type UnitShown = Read<"UnitShown">;
type Branch = UnitShown & { children?: Branch[] };

/** Units as a tree, in the order they came. */
export function treeOf(units: readonly UnitShown[]): Branch[] {
  const branches = new Map<string, Branch>(units.map((unit) => [unit.id, { ...unit }]));
  const roots: Branch[] = [];
  for (const branch of branches.values()) {
    const above = branch.parent ? branches.get(branch.parent) : undefined;
    if (above) (above.children ??= []).push(branch);
    else roots.push(branch);
  }
  return roots;
}

/** 公司 → 部门 → 队 → 组, and the way to bring in a new one. */
export function Organisation() {
  const texts = useTexts();
  const { can } = useMe();
  const [importing, setImporting] = useState(false);
  const units = useQuery({ queryKey: ["units"], queryFn: () => taken(api.GET("/api/v1/units")) });
  const tree = useMemo(() => treeOf(units.data?.items ?? []), [units.data]);
  return (
    <>
      {can("org.write") && (
        <div className="toolbar">
          <Button type="primary" icon={<UploadOutlined />} onClick={() => setImporting(true)}>
            {texts.admin.importTitle}
          </Button>
        </div>
      )}
      <Loaded query={units} isEmpty={(page) => page.items.length === 0} empty={texts.admin.noUnits}>
        {() => (
          <Table<Branch>
            rowKey="id"
            size="middle"
            pagination={false}
            dataSource={tree}
            expandable={{ defaultExpandAllRows: true }}
            scroll={{ x: 600 }}
            columns={[
              { title: texts.admin.unit, dataIndex: "title" },
              { title: texts.admin.unitId, dataIndex: "id" },
              {
                title: texts.admin.level,
                dataIndex: "kind",
                render: (kind: UnitShown["kind"]) => <Tag>{texts.unitKind[kind]}</Tag>,
              },
              {
                title: texts.admin.validity,
                render: (_, unit) => `${unit.valid_from} – ${unit.valid_to ?? texts.admin.today}`,
              },
            ]}
          />
        )}
      </Loaded>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}
