import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Checkbox, Empty, Segmented, Select, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import { Loaded, PageHead } from "../layout/states";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { AppealDetail } from "./appeal-detail";
import { STAGE_COLOURS, standingOf, type AppealShown } from "./appeals";

type Level = AppealShown["level"];

/** Appeals by stage and who must decide; the chosen one with what it rests on. */
export default function AppealsPage() {
  const texts = useTexts();
  const { can } = useMe();
  const [search, setSearch] = useSearchParams();
  const state = search.get("state") === "decided" ? "decided" : "open";
  const chosen = search.get("appeal");
  const [mine, setMine] = useState(false);
  const [level, setLevel] = useState<Level | undefined>();
  const appeals = useInfiniteQuery({
    queryKey: ["appeals", "list", state, mine],
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/appeals", { params: { query: { state, mine, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = appeals.data?.pages
    .flatMap((page) => page.items)
    .filter((one) => level === undefined || one.level === level);
  const choose = (one: AppealShown | null, as: string = state) =>
    setSearch(
      { ...(as === "decided" ? { state: as } : {}), ...(one ? { call: one.call, appeal: one.id } : {}) },
      { replace: true },
    );
  return (
    <>
      <PageHead title={texts.shell.pages.appeals} about={texts.appeals.about} />
      <div className="toolbar">
        <Segmented
          value={state}
          onChange={(value) => choose(null, value)}
          options={[
            { value: "open", label: texts.appeals.open },
            { value: "decided", label: texts.appeals.decided },
          ]}
        />
        <Select
          allowClear
          placeholder={texts.appeals.anyLevel}
          aria-label={texts.appeals.decides}
          value={level}
          onChange={setLevel}
          options={(Object.keys(texts.appealLevel) as Level[]).map((value) => ({ value, label: texts.appealLevel[value] }))}
          className="toolbar-choice"
        />
        {state === "open" && can("appeal.rule.leader") && (
          <Checkbox checked={mine} onChange={(event) => setMine(event.target.checked)}>
            {texts.appeals.mineOnly}
          </Checkbox>
        )}
      </div>
      <Loaded
        query={{ ...appeals, data: items }}
        isEmpty={(found) => found.length === 0 && !chosen}
        empty={state === "open" ? texts.appeals.empty : texts.appeals.emptyDecided}
      >
        {(found) => (
          <div className="beside">
            <div>
              <ul className="choices" aria-label={texts.shell.pages.appeals}>
                {found.map((one) => (
                  <li key={one.id}>
                    <AppealChoice appeal={one} chosen={one.id === chosen} onChoose={() => choose(one)} />
                  </li>
                ))}
              </ul>
              {appeals.hasNextPage && (
                <Button block loading={appeals.isFetchingNextPage} onClick={() => void appeals.fetchNextPage()}>
                  {texts.common.more}
                </Button>
              )}
            </div>
            <section className="panel beside-detail">
              {chosen ? (
                <AppealDetail key={chosen} call={search.get("call") ?? ""} id={chosen} />
              ) : (
                <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.appeals.choose} />
              )}
            </section>
          </div>
        )}
      </Loaded>
    </>
  );
}

function AppealChoice({ appeal, chosen, onChoose }: { appeal: AppealShown; chosen: boolean; onChoose: () => void }) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  return (
    <button type="button" className={`choice${chosen ? " choice-chosen" : ""}`} aria-pressed={chosen} onClick={onChoose}>
      <span className="choice-head">
        <strong>{appeal.title}</strong>
        {appeal.overdue ? (
          <Tag color="error">{texts.appeals.overdue}</Tag>
        ) : (
          <Tag color={STAGE_COLOURS[appeal.stage]}>{texts.appeals.stage[appeal.stage]}</Tag>
        )}
      </span>
      <span className="choice-facts">
        {nameOf(appeal.agent)} · {appeal.call}
      </span>
      <span className="choice-facts">{standingOf(appeal, texts)}</span>
    </button>
  );
}
