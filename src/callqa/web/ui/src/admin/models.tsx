import { useQuery } from "@tanstack/react-query";
import { Alert, Space, Table, Tag } from "antd";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";

type ModelShown = Read<"ModelShown">;

/** Which models lie on the server and which judge the calls; chosen on the command line, so only shown. */
export function Models() {
  const texts = useTexts().models;
  const models = useQuery({ queryKey: ["models"], queryFn: () => taken(api.GET("/api/v1/models")) });
  return (
    <>
      <p className="quiet">{texts.about}</p>
      <Loaded query={models} isEmpty={(page) => page.items.length === 0} empty={texts.empty}>
        {(page) => (
          <>
            {page.items.some((one) => one.demo && one.in_use) && (
              <Alert type="warning" showIcon className="form-alert" title={texts.demo} />
            )}
            <Table<ModelShown>
              rowKey={(one) => `${one.kind}${one.name}`}
              size="middle"
              pagination={false}
              dataSource={[...page.items]}
              scroll={{ x: 800 }}
              columns={[
                {
                  title: texts.name,
                  width: 230,
                  render: (_, one) => (
                    <Space wrap>
                      <strong>{one.name}</strong>
                      {one.in_use && <Tag color="success">{texts.inUse}</Tag>}
                      {one.demo && <Tag color="warning">{texts.demoTag}</Tag>}
                    </Space>
                  ),
                },
                { title: texts.kind, width: 160, render: (_, one) => texts.kinds[one.kind] },
                { title: texts.version, width: 130, render: (_, one) => one.version || "—" },
                { title: texts.trained, width: 150, render: (_, one) => dateTime(one.trained_at) },
                { title: texts.fingerprint, width: 130, render: (_, one) => <code>{one.sha256.slice(0, 12) || "—"}</code> },
                { title: texts.note, dataIndex: "note" },
              ]}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
