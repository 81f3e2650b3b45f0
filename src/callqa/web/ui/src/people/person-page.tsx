import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { api, taken } from "../api/client";
import { points } from "../layout/format";
import { Loaded, PageHead } from "../layout/states";
import { useTexts } from "../texts";

/** One agent in figures. */
export default function PersonPage() {
  const texts = useTexts();
  const { id = "" } = useParams();
  const totals = useQuery({
    queryKey: ["calls", "totals", { agent: id }],
    queryFn: () => taken(api.GET("/api/v1/calls/totals", { params: { query: { agent: id } } })),
  });
  return (
    <>
      <PageHead title={id} />
      <Loaded query={totals}>
        {(found) => (
          <p>
            <Link to={`/calls?agent=${encodeURIComponent(id)}`}>{texts.common.calls(found.calls)}</Link> ·{" "}
            {points(found.mean_total)}
          </p>
        )}
      </Loaded>
    </>
  );
}
