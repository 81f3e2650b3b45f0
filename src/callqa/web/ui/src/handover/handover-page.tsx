import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import { Loaded, PageHead } from "../layout/states";
import { useTexts } from "../texts";
import { HandoverView, STATE_COLOURS, type Named } from "./handover-view";
import { NewHandover } from "./new-handover";

/** Work that goes to somebody else for some days, and back. */
export default function HandoverPage() {
  const texts = useTexts();
  const said = texts.handover;
  const [making, setMaking] = useState(false);
  const [search, setSearch] = useSearchParams();
  const handovers = useQuery({ queryKey: ["handovers"], queryFn: () => taken(api.GET("/api/v1/handovers")) });
  const choose = (id: string) => setSearch({ handover: id }, { replace: true });
  const name = search.get("handover");
  return (
    <>
      <PageHead
        title={texts.shell.pages.handover}
        about={said.about}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {said.new}
          </Button>
        }
      />
      <Loaded query={handovers} isEmpty={(page) => page.items.length === 0} empty={said.empty}>
        {(page) => {
          const chosen = page.items.find(({ handover }) => handover.id === name);
          return (
            <div className="beside">
              <ul className="choices" aria-label={texts.shell.pages.handover}>
                {page.items.map((one) => (
                  <li key={one.handover.id}>
                    <Choice named={one} chosen={one === chosen} onChoose={() => choose(one.handover.id)} />
                  </li>
                ))}
              </ul>
              <section className="panel beside-detail">
                {chosen ? (
                  <HandoverView key={chosen.handover.id} named={chosen} />
                ) : (
                  <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.choose} />
                )}
              </section>
            </div>
          );
        }}
      </Loaded>
      {making && (
        <NewHandover
          onClose={() => setMaking(false)}
          onMade={(id) => {
            setMaking(false);
            choose(id);
          }}
        />
      )}
    </>
  );
}

function Choice({ named, chosen, onChoose }: { named: Named; chosen: boolean; onChoose: () => void }) {
  const said = useTexts().handover;
  const { handover, names } = named;
  const nameOf = (id: string) => names[id] ?? id;
  const state = handover.state ?? "drafted";
  return (
    <button type="button" className={`choice${chosen ? " choice-chosen" : ""}`} aria-pressed={chosen} onClick={onChoose}>
      <span className="choice-head">
        <strong>{said.from(nameOf(handover.giver), nameOf(handover.taker))}</strong>
        <Tag color={STATE_COLOURS[state]}>{said.states[state]}</Tag>
      </span>
      <span className="choice-facts">{said.period(handover.first_day, handover.last_day)}</span>
      <span className="choice-facts">{said.items(handover.items.length)}</span>
    </button>
  );
}
