import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { Clock } from "../player/clock";
import { useTexts } from "../texts";
import { callQueries } from "./call-queries";
import { bandsOf, peaksOf, perSecondOf, silencesOf, turnsOf } from "./call-view";

/** A call's sound, words and findings, made ready to be shown; the clock plays it until the page is left. */
export function useCall(detail: Read<"CallDetail">, text: string | undefined) {
  const texts = useTexts();
  const call = detail.call.id;
  const { duration, audible } = detail.recording;
  const transcript = useQuery(callQueries.transcript(call, text));
  const findings = useQuery(callQueries.findings(call));
  const techniques = useQuery(callQueries.techniques(call));
  const peaks = useQuery({
    queryKey: ["peaks", call],
    enabled: audible,
    queryFn: () => {
      const query = { per_second: perSecondOf(duration) };
      return taken(api.GET("/api/v1/calls/{call}/peaks", { params: { path: { call }, query } }));
    },
    staleTime: Infinity,
  });

  const [clock] = useState(() => new Clock());
  useEffect(() => {
    if (audible) clock.load(`/api/v1/calls/${encodeURIComponent(call)}/audio`, duration);
  }, [clock, call, audible, duration]);
  useEffect(() => () => clock.pause(), [clock]);

  const given = useMemo(
    () => ({ findings: findings.data?.findings ?? [], techniques: techniques.data, measures: detail.measures }),
    [findings.data, techniques.data, detail.measures],
  );
  const turns = useMemo(
    () => (transcript.data ? turnsOf(transcript.data, given, texts) : null),
    [transcript.data, given, texts],
  );
  const bands = useMemo(() => bandsOf(given, texts), [given, texts]);
  const wave = useMemo(() => (peaks.data ? peaksOf(peaks.data) : null), [peaks.data]);
  useEffect(() => clock.setSilences(turns ? silencesOf(turns, duration) : []), [clock, turns, duration]);

  return { clock, turns, bands, wave, findings: given.findings, techniques: techniques.data, transcript, peaks };
}
