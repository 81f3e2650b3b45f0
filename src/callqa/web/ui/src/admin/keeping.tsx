import { useMe } from "../session/session";
import { Erasures } from "./erasures";
import { Holds } from "./holds";
import { KeepingRules } from "./keeping-rules";

/** How long data is kept, what is on hold, and what was deleted. */
export function Keeping() {
  const { can } = useMe();
  return (
    <div className="keeping">
      <KeepingRules />
      <Holds />
      {can("erase") && <Erasures />}
    </div>
  );
}
