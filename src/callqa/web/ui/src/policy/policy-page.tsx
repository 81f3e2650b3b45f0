import { Skeleton, Tabs } from "antd";
import { lazy, Suspense } from "react";
import { useSearchParams } from "react-router";

import { PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { Bench } from "./bench";
import { useDraft } from "./draft";
import { Handbook } from "./handbook";
import { RuleHealth } from "./rule-health";
import { Versions } from "./versions";

// the editor is as large as the rest of the page, and few people write
const Edit = lazy(() => import("./edit"));

/** Script and rules: read, see how well they work, try, change, publish. */
export default function PolicyPage() {
  const texts = useTexts();
  const { can } = useMe();
  const [search, setSearch] = useSearchParams();
  const draft = useDraft();
  const tabs = [
    { key: "read", right: "policy.read", label: texts.policy.tabs.read, children: <Handbook /> },
    { key: "health", right: "health", label: texts.policy.tabs.health, children: <RuleHealth /> },
    { key: "bench", right: "policy.try", label: texts.policy.tabs.bench, children: <Bench draft={draft} /> },
    {
      key: "edit",
      right: "policy.try",
      label: texts.policy.tabs.edit,
      children: (
        <Suspense fallback={<Skeleton active paragraph={{ rows: 12 }} />}>
          <Edit draft={draft} />
        </Suspense>
      ),
    },
    { key: "versions", right: "policy.try", label: texts.policy.tabs.versions, children: <Versions draft={draft} /> },
  ].filter(({ right }) => can(right));
  const asked = search.get("tab");
  return (
    <>
      <PageHead title={texts.shell.pages.policy} about={texts.policy.about} />
      <Tabs
        activeKey={tabs.some(({ key }) => key === asked) ? (asked ?? undefined) : tabs[0]?.key}
        onChange={(key) => setSearch({ tab: key }, { replace: true })}
        items={tabs}
        destroyOnHidden
      />
    </>
  );
}
