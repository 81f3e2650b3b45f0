import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { Sound } from "../player/clip";
import { clockTime } from "../player/spans";
import { useTexts } from "../texts";

type Shared = Read<"SharedShown">;
type Item = Read<"SharedItem">;

/** Turns of an example that stand there at once. */
const AT_ONCE = 8;

/** What colleagues did well, picked for everybody: to read and to hear. */
export function MyExamples() {
  const texts = useTexts().mine;
  const shared = useQuery({
    queryKey: ["mine", "examples"],
    queryFn: () => taken(api.GET("/api/v1/shared-collections")),
  });
  return (
    <Loaded query={shared} isEmpty={(page) => page.items.length === 0} empty={texts.noExamples}>
      {(page) => (
        <>
          <p className="mine-average">{texts.examplesAbout}</p>
          <ul className="mine-list" aria-label={texts.tabs.examples}>
            {page.items.map((one) => (
              <li key={one.id}>
                <Examples shared={one} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}

function Examples({ shared }: { shared: Shared }) {
  const texts = useTexts().mine;
  const [open, setOpen] = useState(false);
  return (
    <article className="panel mine-call">
      <button type="button" className="mine-call-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="mine-call-what">
          <strong>{shared.title}</strong>
          {shared.description && <span className="mine-example-about">{shared.description}</span>}
          <span className="mine-call-facts">
            {texts.exampleFacts(shared.items, shared.by, dateTime(shared.at).slice(0, 10))}
          </span>
        </span>
        <span className="mine-call-more">
          {open ? texts.shut : texts.openExamples} {open ? <UpOutlined /> : <DownOutlined />}
        </span>
      </button>
      {open && <Opened id={shared.id} />}
    </article>
  );
}

function Opened({ id }: { id: string }) {
  const texts = useTexts().mine;
  const opened = useQuery({
    queryKey: ["mine", "examples", id],
    queryFn: () => taken(api.GET("/api/v1/shared-collections/{collection}", { params: { path: { collection: id } } })),
  });
  return (
    <div className="mine-call-body">
      <Loaded query={opened} rows={4} isEmpty={({ content }) => content.length === 0} empty={texts.emptyExamples}>
        {({ content }) => (
          <ol className="mine-examples">
            {content.map((item) => (
              <Example key={item.id} collection={id} item={item} />
            ))}
          </ol>
        )}
      </Loaded>
    </div>
  );
}

/** Who said it, why it is good, the words, and the sound. */
function Example({ collection, item }: { collection: string; item: Item }) {
  const texts = useTexts();
  const said = texts.mine;
  const { turns } = item;
  const [all, setAll] = useState(false);
  const shown = all ? turns : turns.slice(0, AT_ONCE);
  return (
    <li className="mine-line">
      <h3>
        {item.agent || said.somebody} {item.product && <span className="quiet">{item.product}</span>}
      </h3>
      {item.note && <p className="mine-example-note">{item.note}</p>}
      {shown.length > 0 && (
        <ul className="mine-example-words">
          {shown.map((turn) => (
            <li key={turn.index}>
              <span className="turn-party">{texts.party[turn.party]}</span> {turn.text}
            </li>
          ))}
        </ul>
      )}
      {turns.length > shown.length && (
        <button type="button" className="mine-example-all" onClick={() => setAll(true)}>
          {said.allWords(turns.length)}
        </button>
      )}
      <Sound
        address={`/api/v1/shared-collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(item.id)}/sound`}
        length={item.duration}
        place={clockTime(item.duration)}
        label={item.whole ? said.playWhole : undefined}
      />
    </li>
  );
}
