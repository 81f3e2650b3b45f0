import { DeleteOutlined, DownloadOutlined, SettingOutlined, StarOutlined } from "@ant-design/icons";
import { App, Button, Checkbox, Dropdown, Input, Modal, Popover, Space } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import { saveAs } from "../layout/files";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { COLUMNS, USUAL, type ColumnName } from "./columns";
import { searchOf, type Filters, type Sort } from "./filters";
import { areViews, useKept, type View } from "./kept";

/** Ready-made views: what a supervisor looks for most. */
const GIVEN: readonly { name: "redLines" | "waiting" | "lowest" | "appealed"; filters: Filters; sort: Sort }[] = [
  { name: "redLines", filters: { fatal: true }, sort: "newest" },
  { name: "waiting", filters: { needs_human: true, review_state: "unreviewed" }, sort: "newest" },
  { name: "lowest", filters: {}, sort: "lowest" },
  { name: "appealed", filters: { review_state: "appealed" }, sort: "newest" },
];

/** Saved views of this browser: filters and order under a name. */
export function Views({ search, onOpen }: { search: string; onOpen: (search: string) => void }) {
  const texts = useTexts();
  const { me } = useMe();
  const { message } = App.useApp();
  const [views, keep] = useKept<View[]>(`views.${me.id}`, [], areViews);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const save = () => {
    const wanted = name.trim();
    if (!wanted) return;
    keep([...views.filter((view) => view.name !== wanted), { name: wanted, search }]);
    setNaming(false);
    setName("");
    void message.success(texts.calls.viewSaved);
  };
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            ...GIVEN.map((view) => ({ key: `given:${view.name}`, label: texts.calls.views[view.name] })),
            { type: "divider" as const },
            ...views.map((view) => ({
              key: `own:${view.name}`,
              label: (
                <span className="calls-view">
                  {view.name}
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined aria-hidden />}
                    aria-label={texts.calls.dropView(view.name)}
                    onClick={(event) => {
                      event.stopPropagation();
                      keep(views.filter((one) => one.name !== view.name));
                    }}
                  />
                </span>
              ),
            })),
            ...(views.length ? [{ type: "divider" as const }] : []),
            { key: "save", label: texts.calls.saveView },
          ],
          onClick: ({ key }) => {
            if (key === "save") setNaming(true);
            const given = GIVEN.find((view) => key === `given:${view.name}`);
            if (given) onOpen(searchOf(given.filters, given.sort).toString());
            const own = views.find((view) => key === `own:${view.name}`);
            if (own) onOpen(own.search);
          },
        }}
      >
        <Button icon={<StarOutlined aria-hidden />}>{texts.calls.viewsTitle}</Button>
      </Dropdown>
      <Modal
        open={naming}
        title={texts.calls.saveView}
        okText={texts.common.save}
        okButtonProps={{ disabled: !name.trim() }}
        onCancel={() => setNaming(false)}
        onOk={save}
        destroyOnHidden
      >
        <p className="quiet">{texts.calls.viewAbout}</p>
        <Input
          autoFocus
          value={name}
          maxLength={40}
          aria-label={texts.calls.viewName}
          placeholder={texts.calls.viewName}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={save}
        />
      </Modal>
    </>
  );
}

/** Which columns the list shows. */
export function ColumnChoice({ columns, onChange }: { columns: readonly ColumnName[]; onChange: (names: ColumnName[]) => void }) {
  const texts = useTexts();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Space orientation="vertical">
          <Checkbox.Group
            className="calls-columns"
            value={[...columns]}
            options={COLUMNS.map(({ name }) => ({ value: name, label: texts.calls.columns[name], disabled: name === "id" }))}
            onChange={(names) => onChange(names)}
          />
          <Button type="link" size="small" onClick={() => onChange([...USUAL])}>
            {texts.calls.usualColumns}
          </Button>
        </Space>
      }
    >
      <Button icon={<SettingOutlined aria-hidden />}>{texts.calls.columnsTitle}</Button>
    </Popover>
  );
}

/** All calls of the filters as a workbook. */
export function ExportButton({ filters, sort }: { filters: Filters; sort: Sort }) {
  const texts = useTexts();
  const fetched = useWrite(
    () => taken(api.GET("/api/v1/calls/export", { params: { query: { ...filters, sort } }, parseAs: "blob" })) as Promise<Blob>,
    {
      done: (file) => saveAs(file, `${texts.calls.fileName}-${new Date().toLocaleDateString("en-CA")}.xlsx`),
    },
  );
  return (
    <Button icon={<DownloadOutlined aria-hidden />} loading={fetched.isPending} onClick={() => fetched.mutate(undefined)}>
      {texts.common.export}
    </Button>
  );
}
