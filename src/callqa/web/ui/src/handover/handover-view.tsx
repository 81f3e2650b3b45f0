import { CheckCircleFilled, ClockCircleOutlined } from "@ant-design/icons";
import { Alert, App, Button, Popconfirm, Space, Tag } from "antd";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

export type Named = Read<"HandoverNamed">;
type State = NonNullable<Named["handover"]["state"]>;
type Act = Read<"Signature">["act"];
type OwnAct = Read<"SignAsked">["act"];

export const STATE_COLOURS: Record<State, string | undefined> = {
  drafted: "processing",
  signed: "warning",
  in_force: "success",
  returning: "warning",
  returned: undefined,
  cancelled: undefined,
};

const OUT: readonly Act[] = ["give", "take", "confirm"];
const BACK: readonly Act[] = ["give_back", "take_back", "confirm_return"];

/** The list, who signed, and what the reader may do next. */
export function HandoverView({ named }: { named: Named }) {
  const { handover, names } = named;
  const nameOf = (id: string) => names[id] ?? id;
  const texts = useTexts();
  const said = texts.handover;
  const { me, can } = useMe();
  const { message } = App.useApp();
  const params = { path: { handover: handover.id } };
  const changes = [["handovers"], ["queue"], ["appeals"], ["coaching"]];
  const done = ({ moved }: { moved: number }) => void message.success(moved ? said.moved(moved) : said.done);
  const sign = useWrite((act: OwnAct) => taken(api.POST("/api/v1/handovers/{handover}/sign", { params, body: { act } })), {
    changes,
    done,
  });
  const confirm = useWrite(() => taken(api.POST("/api/v1/handovers/{handover}/confirm", { params })), { changes, done });
  const cancel = useWrite(() => taken(api.POST("/api/v1/handovers/{handover}/cancel", { params })), { changes, done });
  const state = handover.state ?? "drafted";
  const signatures = new Map((handover.signatures ?? []).map((one) => [one.act, one]));
  const own = ownActs(state, { giver: handover.giver === me.id, taker: handover.taker === me.id }).filter(
    (act) => !signatures.has(act),
  );
  const party = handover.giver === me.id || handover.taker === me.id;
  const mayConfirm = (state === "signed" || state === "returning") && can("handover.confirm") && !party;
  const kept = confirm.data?.kept ?? [];
  const steps = state === "in_force" || state === "returning" || state === "returned" ? [...OUT, ...BACK] : OUT;
  return (
    <div className="handover">
      <h2>
        {said.from(nameOf(handover.giver), nameOf(handover.taker))} <Tag color={STATE_COLOURS[state]}>{said.states[state]}</Tag>
      </h2>
      <p className="quiet">
        {said.period(handover.first_day, handover.last_day)}
        {handover.reason && ` · ${handover.reason}`}
      </p>
      <Space wrap>
        {own.map((act) => (
          <Popconfirm key={act} title={said.signSure} onConfirm={() => sign.mutate(act)}>
            <Button type="primary" loading={sign.isPending}>
              {said.sign[act]}
            </Button>
          </Popconfirm>
        ))}
        {mayConfirm && (
          <Button type="primary" loading={confirm.isPending} onClick={() => confirm.mutate(undefined)}>
            {state === "signed" ? said.confirm : said.confirmReturn}
          </Button>
        )}
        {(state === "drafted" || state === "signed") && (
          <Popconfirm title={said.cancelSure} onConfirm={() => cancel.mutate(undefined)}>
            <Button danger loading={cancel.isPending}>
              {said.cancel}
            </Button>
          </Popconfirm>
        )}
      </Space>
      {kept.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="form-alert handover-kept"
          title={said.kept}
          description={
            <ul className="faults">
              {kept.map((why) => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          }
        />
      )}
      <h3>{said.signatures}</h3>
      <ol className="signatures">
        {steps.map((act) => {
          const signed = signatures.get(act);
          return (
            <li key={act} className={signed ? "signed" : undefined}>
              {signed ? <CheckCircleFilled /> : <ClockCircleOutlined />} {said.acts[act]}
              <span className="quiet">
                {signed ? `${nameOf(signed.person)} · ${dateTime(signed.at)}` : state === "cancelled" ? "—" : said.waiting}
              </span>
            </li>
          );
        })}
      </ol>
      <h3>{said.items(handover.items.length)}</h3>
      {handover.items.length === 0 ? (
        <p className="quiet">{said.noItems}</p>
      ) : (
        <ul className="work-items">
          {handover.items.map((item) => (
            <li key={`${item.kind}${item.id}`}>
              <Tag>{said.kinds[item.kind]}</Tag> {item.title}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ownActs(state: State, { giver, taker }: { giver: boolean; taker: boolean }): OwnAct[] {
  if (state === "drafted") return [...(giver ? (["give"] as const) : []), ...(taker ? (["take"] as const) : [])];
  if (state === "in_force") return [...(taker ? (["give_back"] as const) : []), ...(giver ? (["take_back"] as const) : [])];
  return [];
}
