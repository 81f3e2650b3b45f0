/** What the server says when it refuses: a stable code, what is wrong, what to do next. */
export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail: string;
  next_step: { zh: string; en: string };
  instance: string;
  errors?: readonly { where: string; message: string }[];
  /** With 409: how it stands now. */
  current?: unknown;
}

/** A refusal as an error; the page shows `detail` and the next step, never a raw message. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail);
    this.body = body;
  }

  get status(): number {
    return this.body.status;
  }

  get code(): string {
    return this.body.code;
  }
}

/** The server's refusal, or one of our own where it could not be reached or did not speak our language. */
export function problemOf(found: unknown, status: number): Problem {
  if (found && typeof found === "object" && "code" in found && "next_step" in found) {
    return new Problem({ ...(found as ProblemBody), status });
  }
  return new Problem(
    status
      ? {
          status,
          code: "page.unexpected",
          title: "",
          detail: "服务器的回答看不懂。",
          next_step: {
            zh: "请刷新页面；仍然如此请联系管理员。",
            en: "Reload the page; if it happens again, tell the administrator.",
          },
          instance: "",
        }
      : {
          status: 0,
          code: "page.offline",
          title: "",
          detail: "连不上服务器。",
          next_step: {
            zh: "请检查网络，或稍后再试。",
            en: "Check the network, or try again later.",
          },
          instance: "",
        },
  );
}
