import { Tabs } from "antd";

import { PageHead } from "../layout/states";
import { useTexts } from "../texts";
import { Board } from "./board";
import { Heat } from "./heat";
import { usePeriod } from "./period";
import { PeriodBar } from "./period-bar";
import { Profile } from "./profile";
import { Trend } from "./trend";
import "./people.css";

/** Units and agents in figures, each with how far it can be trusted, each leading to the calls behind it. */
export default function PeoplePage() {
  const texts = useTexts();
  const { period, search, change } = usePeriod();
  const by = search.get("by") === "unit" ? "unit" : "agent";
  const what = search.get("what") === "rule" ? "rule" : "step";
  const tabs = [
    { key: "board", label: texts.people.board, children: <Board period={period} by={by} change={change} /> },
    { key: "trend", label: texts.people.trend, children: <Trend key={`${period.first_day}${period.last_day}`} period={period} /> },
    { key: "heat", label: texts.people.checks, children: <Heat period={period} by={by} what={what} change={change} /> },
    { key: "profile", label: texts.people.profile, children: <Profile period={period} /> },
  ];
  const asked = search.get("tab");
  return (
    <>
      <PageHead title={texts.shell.pages.people} about={texts.people.about} />
      <PeriodBar period={period} change={change} />
      <Tabs
        activeKey={tabs.find(({ key }) => key === asked)?.key ?? "board"}
        onChange={(tab) => change({ tab: tab === "board" ? undefined : tab })}
        items={tabs}
        destroyOnHidden
      />
    </>
  );
}
