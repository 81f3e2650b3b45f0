import { useInfiniteQuery } from "@tanstack/react-query";
import { App, Button, Segmented, Select, Space, Table, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime, points } from "../layout/format";
import { Loaded } from "../layout/states";
import { WordsDialog } from "../review/words-dialog";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { NewTask } from "./new-task";

type ProposalShown = Read<"ProposalShown">;
type Proposal = ProposalShown["proposal"];
type Kind = Proposal["kind"];

const COLOURS: Record<Kind, string> = { praise: "success", coach: "processing", retrain: "warning", discipline: "error" };

/** What grades propose for people; a head confirms or dismisses each. */
export function Proposals() {
  const texts = useTexts();
  const said = texts.coaching.proposals;
  const { nameOf } = usePeople();
  const { message } = App.useApp();
  const [state, setState] = useState<"open" | "confirmed" | "dismissed">("open");
  const [kind, setKind] = useState<Kind | undefined>();
  const [deciding, setDeciding] = useState<{ proposal: Proposal; how: "confirm" | "dismiss" } | null>(null);
  const [coaching, setCoaching] = useState<Proposal | null>(null);
  const proposals = useInfiniteQuery({
    queryKey: ["proposals", state, kind],
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/proposals", { params: { query: { state, kind, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const decide = useWrite(
    ({ id, how, reason }: { id: string; how: "confirm" | "dismiss"; reason: string }) => {
      const asked = { params: { path: { proposal: id } }, body: { reason } };
      return taken(
        how === "confirm"
          ? api.POST("/api/v1/proposals/{proposal}/confirm", asked)
          : api.POST("/api/v1/proposals/{proposal}/dismiss", asked),
      );
    },
    { changes: [["proposals"]], done: () => void message.success(said.decided) },
  );
  const items = proposals.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <p className="quiet">{said.about}</p>
      <div className="toolbar">
        <Segmented
          value={state}
          onChange={setState}
          options={(["open", "confirmed", "dismissed"] as const).map((value) => ({ value, label: said.states[value] }))}
        />
        <Select
          allowClear
          placeholder={said.anyKind}
          aria-label={said.what}
          value={kind}
          onChange={setKind}
          options={(Object.keys(said.kinds) as Kind[]).map((value) => ({ value, label: said.kinds[value] }))}
          className="toolbar-choice"
        />
      </div>
      <Loaded
        query={{ ...proposals, data: items }}
        isEmpty={(found) => found.length === 0}
        empty={state === "open" ? said.empty : said.emptyDecided}
      >
        {(found) => (
          <Table<ProposalShown>
            rowKey={({ proposal }) => proposal.id}
            size="middle"
            dataSource={found}
            pagination={false}
            scroll={{ x: 900 }}
            footer={
              proposals.hasNextPage
                ? () => (
                    <Button loading={proposals.isFetchingNextPage} onClick={() => void proposals.fetchNextPage()}>
                      {texts.common.more}
                    </Button>
                  )
                : undefined
            }
            columns={[
              {
                title: said.what,
                width: 120,
                render: (_, { proposal }) => <Tag color={COLOURS[proposal.kind]}>{said.kinds[proposal.kind]}</Tag>,
              },
              { title: texts.coaching.agent, width: 110, render: (_, { proposal }) => nameOf(proposal.agent) },
              {
                title: said.why,
                render: (_, { proposal }) => (
                  <>
                    {proposal.text} <Link to={`/calls/${encodeURIComponent(proposal.call_id)}`}>{proposal.call_id}</Link>
                    {proposal.reason && <q className="proposal-reason">{proposal.reason}</q>}
                  </>
                ),
              },
              { title: said.total, width: 90, align: "right", render: (_, { total }) => points(total) },
              { title: said.at, width: 150, render: (_, { proposal }) => dateTime(proposal.at) },
              {
                title: "",
                width: 260,
                render: (_, { proposal }) =>
                  proposal.state === "open" ? (
                    <Space wrap>
                      <Button size="small" type="primary" onClick={() => setDeciding({ proposal, how: "confirm" })}>
                        {said.confirm}
                      </Button>
                      <Button size="small" onClick={() => setDeciding({ proposal, how: "dismiss" })}>
                        {said.dismiss}
                      </Button>
                    </Space>
                  ) : (
                    <Space wrap>
                      <span className="quiet">{said.by(nameOf(proposal.decided_by), dateTime(proposal.decided_at))}</span>
                      {proposal.state === "confirmed" && proposal.kind !== "praise" && (
                        <Button size="small" onClick={() => setCoaching(proposal)}>
                          {said.coachToo}
                        </Button>
                      )}
                    </Space>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {deciding && (
        <WordsDialog
          title={said[deciding.how === "confirm" ? "confirmTitle" : "dismissTitle"](
            said.kinds[deciding.proposal.kind],
            nameOf(deciding.proposal.agent),
          )}
          about={mustSayWhy(deciding) ? said.reasonNeeded : said.reasonFree}
          needed={mustSayWhy(deciding)}
          ok={said[deciding.how]}
          onClose={() => setDeciding(null)}
          onSave={(reason) => {
            decide.mutate({ id: deciding.proposal.id, how: deciding.how, reason });
            setDeciding(null);
          }}
        />
      )}
      {coaching && (
        <NewTask
          origin={{ agent: coaching.agent, call: coaching.call_id, source: `proposal:${coaching.id}`.slice(0, 128) }}
          onClose={() => setCoaching(null)}
          onMade={() => setCoaching(null)}
        />
      )}
    </>
  );
}

/** As the server has it: who dismisses, or would punish, says why. */
function mustSayWhy({ proposal, how }: { proposal: Proposal; how: "confirm" | "dismiss" }): boolean {
  return how === "dismiss" || proposal.kind === "discipline";
}
