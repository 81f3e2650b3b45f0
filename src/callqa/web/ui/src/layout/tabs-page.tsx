import { PlusOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import { useMe } from "../session/session";
import { PageHead } from "./states";

interface Tab {
  key: string;
  /** Who has not this right does not see the tab. */
  right: string;
  label: string;
  children: ReactNode;
}

interface Props {
  title: string;
  about: string;
  tabs: readonly Tab[];
  /** What can be made here: by whom, and in which dialog; what was made is opened under `tab` as `?name=id`. */
  making: {
    right: string;
    label: string;
    tab: string;
    name: string;
    dialog: (close: () => void, made: (id: string) => void) => ReactNode;
  };
}

/** A room with tabs that stand in the address, and one kind of thing that can be made in it. */
export function TabsPage({ title, about, tabs, making }: Props) {
  const { can } = useMe();
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState(false);
  const offered = tabs.filter(({ right }) => can(right));
  const asked = search.get("tab");
  const close = () => setOpen(false);
  return (
    <>
      <PageHead
        title={title}
        about={about}
        actions={
          can(making.right) && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
              {making.label}
            </Button>
          )
        }
      />
      <Tabs
        activeKey={offered.some(({ key }) => key === asked) ? (asked ?? undefined) : offered[0]?.key}
        onChange={(key) => setSearch({ tab: key }, { replace: true })}
        items={offered}
        destroyOnHidden
      />
      {open &&
        making.dialog(close, (id) => {
          close();
          setSearch({ tab: making.tab, [making.name]: id }, { replace: true });
        })}
    </>
  );
}
