import { Tag } from "antd";

import type { Read } from "../api/read";
import { useTexts } from "../texts";

type Change = Read<"ChangeShown">;

const COLOURS = { added: "success", removed: "error", changed: "processing" } as const;

/** What differs, part by part, in business words. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  const texts = useTexts().policy.diff;
  if (changes.length === 0) return <p className="quiet">{texts.none}</p>;
  const parts = [...new Set(changes.map(({ part }) => part))];
  return (
    <>
      <p>{texts.count(changes.length)}</p>
      {parts.map((part) => (
        <section key={part} className="changes">
          <h3>{part}</h3>
          <ul>
            {changes
              .filter((one) => one.part === part)
              .map((one, number) => (
                <li key={number}>
                  <Tag color={COLOURS[one.kind]}>{texts[one.kind]}</Tag> {one.what}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}
