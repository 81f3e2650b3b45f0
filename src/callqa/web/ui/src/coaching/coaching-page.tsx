import { PlusOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { NewTask } from "./new-task";
import { Proposals } from "./proposals";
import { Tasks } from "./tasks";

/** Coaching with a goal that can be measured, and what grades propose. */
export default function CoachingPage() {
  const texts = useTexts();
  const { can } = useMe();
  const [search, setSearch] = useSearchParams();
  const [making, setMaking] = useState(false);
  const tabs = [
    { key: "tasks", right: "coach.read", label: texts.coaching.tabs.tasks, children: <Tasks /> },
    { key: "proposals", right: "propose", label: texts.coaching.tabs.proposals, children: <Proposals /> },
  ].filter(({ right }) => can(right));
  const asked = search.get("tab");
  return (
    <>
      <PageHead
        title={texts.shell.pages.coaching}
        about={texts.coaching.about}
        actions={
          can("coach") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
              {texts.coaching.new}
            </Button>
          )
        }
      />
      <Tabs
        activeKey={tabs.some(({ key }) => key === asked) ? (asked ?? undefined) : tabs[0]?.key}
        onChange={(key) => setSearch({ tab: key }, { replace: true })}
        items={tabs}
        destroyOnHidden
      />
      {making && (
        <NewTask
          onClose={() => setMaking(false)}
          onMade={(task) => {
            setMaking(false);
            setSearch({ tab: "tasks", task }, { replace: true });
          }}
        />
      )}
    </>
  );
}
