import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Input, Table, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { points } from "../layout/format";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import type { AppealShown } from "./appeals";

type Match = Read<"PreviewShown">["matches"][number];

/** Where the machine made the same error: first the list of what would change, then the change. */
export function SameError({ appeal }: { appeal: AppealShown }) {
  const texts = useTexts();
  const said = texts.appeals;
  const { nameOf } = usePeople();
  const [looking, setLooking] = useState(false);
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [reason, setReason] = useState("");
  const path = { call: appeal.call, appeal: appeal.id };
  const preview = useQuery({
    queryKey: ["appeals", "same-error", appeal.id],
    queryFn: () => taken(api.GET("/api/v1/calls/{call}/appeals/{appeal}/same-error", { params: { path } })),
    enabled: looking,
    staleTime: 0,
  });
  const apply = useWrite(
    (calls: readonly string[]) =>
      taken(
        api.POST("/api/v1/calls/{call}/appeals/{appeal}/same-error", {
          params: { path },
          body: { calls: [...calls], reason: reason.trim() },
        }),
      ),
    {
      changes: [["appeals"], ["calls"], ["review"]],
      done: () => {
        setChosen([]);
        setReason("");
      },
    },
  );
  // what is sure is chosen to begin with, what wants a look is not
  const picked =
    chosen ?? preview.data?.matches.filter((one) => one.likeness === "same_words" && one.hits <= 1).map(({ call }) => call) ?? [];
  return (
    <section className="same-error">
      <h3>{said.sameError}</h3>
      <p className="quiet">{said.sameErrorAbout}</p>
      {apply.data && (
        <Alert
          type={Object.keys(apply.data.refused).length ? "warning" : "success"}
          showIcon
          className="form-alert"
          title={said.applied(apply.data.applied.length)}
          description={
            Object.keys(apply.data.refused).length > 0 && (
              <>
                {said.refused}
                <ul className="faults">
                  {Object.entries(apply.data.refused).map(([call, why]) => (
                    <li key={call}>
                      {call}{texts.marks.colon}{why}
                    </li>
                  ))}
                </ul>
              </>
            )
          }
        />
      )}
      {!looking ? (
        <Button onClick={() => setLooking(true)}>{said.sameErrorFind}</Button>
      ) : (
        <Loaded
          query={preview}
          rows={3}
          isEmpty={(found) => found.matches.length === 0}
          empty={said.sameErrorNone(preview.data?.searched ?? 0)}
        >
          {(found) => (
            <>
              <p>{said.sameErrorFound(found.matches.length, found.searched)}</p>
              <Table<Match>
                rowKey="call"
                size="small"
                dataSource={[...found.matches]}
                pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
                scroll={{ x: 560 }}
                rowSelection={{
                  selectedRowKeys: [...picked],
                  onChange: (keys) => setChosen(keys.map(String)),
                  getCheckboxProps: (one) => ({ "aria-label": one.call }) as object,
                }}
                columns={[
                  {
                    title: texts.day.call,
                    render: (_, one) => (
                      <>
                        <Link to={`/calls/${encodeURIComponent(one.call)}`} target="_blank">
                          {one.call}
                        </Link>
                        <div className="quiet">{nameOf(one.agent)}</div>
                      </>
                    ),
                  },
                  {
                    title: said.pointedTo,
                    render: (_, one) => (
                      <>
                        <Tag color={one.likeness === "same_words" ? "success" : "warning"}>{said.likeness[one.likeness]}</Tag>
                        {one.hits > 1 && <Tag>{said.hits(one.hits)}</Tag>}
                        {one.fatal && <Tag color="error">{said.redLineFalls}</Tag>}
                        {one.quotes.map((quote) => (
                          <div key={quote}>
                            <q>{quote}</q>
                          </div>
                        ))}
                      </>
                    ),
                  },
                  {
                    title: said.pointsChange,
                    width: 90,
                    render: (_, one) => `${points(one.points)} → ${points(one.proposed)}`,
                  },
                  {
                    title: said.totalChange,
                    width: 110,
                    render: (_, one) => `${points(one.total)} → ${points(one.total_after)}`,
                  },
                ]}
              />
              <Input.TextArea
                rows={2}
                maxLength={2000}
                value={reason}
                placeholder={said.applyReason}
                aria-label={said.applyReason}
                onChange={(event) => setReason(event.target.value)}
                className="same-error-reason"
              />
              <Button
                type="primary"
                disabled={picked.length === 0 || !reason.trim()}
                loading={apply.isPending}
                onClick={() => apply.mutate(picked)}
              >
                {said.apply(picked.length)}
              </Button>
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}
