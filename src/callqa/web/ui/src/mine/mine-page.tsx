import { Tabs } from "antd";
import { useSearchParams } from "react-router";

import { PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { MyAppeals } from "./my-appeals";
import { MyCalls } from "./my-calls";
import { MyCoaching } from "./my-coaching";
import { MyExamples } from "./my-examples";

/** An agent's own page, in plain words, made for a phone first. */
export default function MinePage() {
  const texts = useTexts();
  const { can } = useMe();
  const [search, setSearch] = useSearchParams();
  const tabs = [
    { key: "calls", right: "calls.read", label: texts.mine.tabs.calls, children: <MyCalls /> },
    { key: "appeals", right: "appeal.read", label: texts.mine.tabs.appeals, children: <MyAppeals /> },
    { key: "coaching", right: "coach.read", label: texts.mine.tabs.coaching, children: <MyCoaching /> },
    { key: "examples", right: "collections.hear", label: texts.mine.tabs.examples, children: <MyExamples /> },
  ].filter(({ right }) => can(right));
  const asked = search.get("tab");
  return (
    <div className="mine">
      <PageHead title={texts.shell.pages.mine} about={texts.mine.about} />
      <Tabs
        activeKey={tabs.some(({ key }) => key === asked) ? (asked ?? undefined) : tabs[0]?.key}
        onChange={(key) => setSearch({ tab: key }, { replace: true })}
        // all four fit on a telephone in both languages: what overflows goes into a menu that a screen reader cannot place
        tabBarGutter={16}
        items={tabs}
        destroyOnHidden
      />
    </div>
  );
}
