import { PlusOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { Agreement } from "./agreement";
import { NewRound } from "./new-round";
import { Rounds } from "./rounds";

/** Rounds in which the same calls are rated by several people, and how far raters agree in all. */
export default function CalibrationPage() {
  const texts = useTexts();
  const { can } = useMe();
  const [search, setSearch] = useSearchParams();
  const [making, setMaking] = useState(false);
  const tabs = [
    { key: "rounds", right: "calibrate.answer", label: texts.calibration.tabs.rounds, children: <Rounds /> },
    { key: "agreement", right: "agreement", label: texts.calibration.tabs.agreement, children: <Agreement /> },
  ].filter(({ right }) => can(right));
  const asked = search.get("tab");
  return (
    <>
      <PageHead
        title={texts.shell.pages.calibration}
        about={texts.calibration.about}
        actions={
          can("calibrate") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
              {texts.calibration.new}
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
        <NewRound
          onClose={() => setMaking(false)}
          onMade={(round) => {
            setMaking(false);
            setSearch({ tab: "rounds", round }, { replace: true });
          }}
        />
      )}
    </>
  );
}
