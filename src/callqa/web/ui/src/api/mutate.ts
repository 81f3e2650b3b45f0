import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { App } from "antd";

import { useLanguage, useTexts } from "../texts";
import { Problem, problemOf } from "./problem";

/**
 * A write: says what went wrong in the reader's language, and has what it changed asked for again.
 *
 * @param write - Does it; throws `Problem`.
 * @param changes - Keys of the queries that may look different afterwards.
 */
export function useWrite<In, Out>(
  write: (input: In) => Promise<Out>,
  options: {
    changes?: readonly QueryKey[];
    done?: (output: Out, input: In) => void;
    /** Say it yourself; true = said. */
    refused?: (problem: Problem, input: In) => boolean;
  } = {},
) {
  const cache = useQueryClient();
  const { notification } = App.useApp();
  const texts = useTexts();
  const { language } = useLanguage();
  return useMutation({
    mutationFn: write,
    onSuccess: async (output, input) => {
      await Promise.all((options.changes ?? []).map((queryKey) => cache.invalidateQueries({ queryKey })));
      options.done?.(output, input);
    },
    onError: (error, input) => {
      const problem = error instanceof Problem ? error : problemOf(null, -1);
      if (options.refused?.(problem, input)) return;
      notification.error({
        title: language === "zh" ? problem.body.detail : (texts.problems[problem.code] ?? problem.body.title),
        description: [
          ...(problem.body.errors ?? []).slice(0, 5).map((one) => `${one.where}${texts.marks.colon}${one.message}`),
          problem.body.next_step[language],
        ].join("\n"),
        className: "notice-lines",
      });
    },
  });
}
