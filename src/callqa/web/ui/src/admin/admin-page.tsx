import { Tabs } from "antd";
import { useNavigate, useParams } from "react-router";

import { PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { Keeping } from "./keeping";
import { Models } from "./models";
import { Organisation } from "./organisation";
import { People } from "./people";
import { Rights } from "./rights";
import { Tokens } from "./tokens";
import { Trace } from "./trace";

/** What an administrator looks after; each tab stands behind its own right. */
export default function AdminPage() {
  const texts = useTexts();
  const { can } = useMe();
  const go = useNavigate();
  const { "*": tab } = useParams();
  const tabs = [
    { key: "organisation", right: "org.read", label: texts.admin.organisation, children: <Organisation /> },
    { key: "people", right: "org.read", label: texts.admin.people, children: <People /> },
    { key: "rights", right: "org.write", label: texts.rights.tab, children: <Rights /> },
    { key: "tokens", right: "account", label: texts.admin.tokens, children: <Tokens /> },
    { key: "models", right: "org.write", label: texts.models.tab, children: <Models /> },
    { key: "retention", right: "retention", label: texts.keeping.tab, children: <Keeping /> },
    { key: "trace", right: "audit", label: texts.trace.tab, children: <Trace /> },
  ].filter(({ right }) => can(right));
  return (
    <>
      <PageHead title={texts.shell.pages.admin} />
      <section className="panel">
        <Tabs
          activeKey={tabs.some(({ key }) => key === tab) ? tab : tabs[0]?.key}
          onChange={(key) => void go(`/admin/${key}`)}
          items={tabs}
          destroyOnHidden
        />
      </section>
    </>
  );
}
