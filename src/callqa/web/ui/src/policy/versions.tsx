import { useQuery } from "@tanstack/react-query";
import { Select, Tag } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";
import { Changes } from "./changes";
import type { Draft } from "./draft";
import { titleOf, useVersions } from "./versions-query";

const DRAFT = "draft";

/** All versions, and what differs between any two of them, or one and the draft. */
export function Versions({ draft }: { draft: Draft }) {
  const texts = useTexts().policy;
  const { marks } = useTexts();
  const versions = useVersions();
  return (
    <Loaded query={versions}>
      {(page) => (
        <>
          <ul className="versions">
            {[...page.items].reverse().map((one) => (
              <li key={one.ref.sha256} className="panel">
                <strong>{titleOf(one)}</strong> <Tag>{texts.inForce(one.valid_from, one.valid_to)}</Tag>
                <span className="quiet">
                  {one.products.length ? texts.covers(one.products.join(marks.list)) : texts.coversAll} · {one.ref.sha256.slice(0, 12)}
                </span>
              </li>
            ))}
          </ul>
          {page.items.length + Number(draft.changed) > 1 ? (
            <Comparison
              draft={draft}
              options={page.items.map((one) => ({ value: one.ref.sha256, label: titleOf(one) }))}
            />
          ) : (
            <p className="quiet">{texts.diff.one}</p>
          )}
        </>
      )}
    </Loaded>
  );
}

function Comparison({ draft, options }: { draft: Draft; options: readonly { value: string; label: string }[] }) {
  const texts = useTexts().policy.diff;
  const newer = draft.changed ? [...options, { value: DRAFT, label: texts.draft }] : options;
  const [old, setOld] = useState(() => newer.at(-2)?.value ?? "latest");
  const [now, setNow] = useState(() => newer.at(-1)?.value ?? "latest");
  const asked = now === DRAFT ? { old, new: draft.base, files: { ...draft.files } } : { old, new: now, files: {} };
  const difference = useQuery({
    queryKey: ["policy", "difference", asked],
    queryFn: () => taken(api.POST("/api/v1/policy/difference", { body: asked })),
  });
  return (
    <section className="panel">
      <div className="toolbar">
        <Select value={old} onChange={setOld} options={[...options]} aria-label={texts.old} className="policy-version" />
        <span aria-hidden>→</span>
        <Select value={now} onChange={setNow} options={[...newer]} aria-label={texts.new} className="policy-version" />
      </div>
      <Loaded query={difference}>{(found) => <Changes changes={found.changes} />}</Loaded>
    </section>
  );
}
