import { describe, expect, it } from "vitest";

import { golden } from "../api/golden";
import { en } from "./en";
import { zh } from "./zh";

/** As the server tells it → as an English reader reads it. */
const TOLD: readonly (readonly [string, string])[] = [
  ["没有发现问题", "Nothing found"],
  ["出现 “三年”、“保证治好”", "Heard “三年”, “保证治好”"],
  ["出现 “翻倍”（“我是院长”不算：询问：“了吗”）", "Heard “翻倍” (“我是院长” does not count, it is asked: “了吗”)"],
  [
    "判断不了，请人工听一下（“替药物”没有听清；“代替药”不算：否定：“不能”）",
    "Cannot be decided, please listen (“替药物” was not heard clearly; “代替药” does not count, it is denied: “不能”)",
  ],
  ["没有做到（单声道录音分不清谁在说话）", "Not done (on a mono recording it cannot be told who speaks)"],
  ["前提不成立，不适用", "Its condition is not met, so it does not apply"],
  ["没有听到；这一步该不该有判断不了", "Not heard, and it cannot be told whether the step was due"],
  ["没有说到（3 部分只听到 1 部分）", "Not said: only 1 of 3 parts were heard"],
  [
    "这一段有 41% 的话识别把握很低，说没说判断不了",
    "41 % of the words here were recognised with little confidence, so it cannot be told whether it was said",
  ],
  ["说了，但早于“greet”", "Said, but before “greet”"],
  ["说错了：足疗仪价格说成1180元，应为1280元", "Wrong: 足疗仪价格 given as 1180元, should be 1280元"],
  [
    "说了，但顺序不对，但坐席的话识别把握平均只有 35%，请人工听一下",
    "Said, but out of order, but words of the agent were recognised with 35 % confidence on average, please listen",
  ],
  ["说到了，客户的回答不是明确同意，请人工听一下", "Said, the customer's answer is no clear assent, please listen"],
  ["说到了（足疗仪价格“六百八”：说的是约数）", "Said (足疗仪价格“六百八”: about so much, not an exact figure)"],
  [
    "“切单促单”、“限时促单” 没有用到，要求至少 1 轮；得 0 分（满分 6）。",
    "“Closing”, “Urgency” not used, at least 1 turn needed; 0 of 6 points.",
  ],
  ["用到 “异议处理” 2 轮（00:24、00:56）；得 6 分（满分 6）。", "“Objection handling” used in 2 turns (00:24, 00:56); 6 of 6 points."],
  ["触犯“报错价格或政策” 1 次（00:26）；扣 8 分，得 0 分（满分 8）。", "“报错价格或政策” broken once (00:26); 8 lost, 0 of 8 points."],
  ["触犯“承诺治愈” 2 次；一票否决，整张评分表记 0 分。", "“承诺治愈” broken 2 times; red line: the whole card is 0."],
  ["“核对数量和金额”（01:04）说了，但客户没有明确同意；不计入总分。", "“核对数量和金额” (01:04) said, but the customer did not clearly agree; not counted."],
  ["通话资料“成单”为“否”；不计入总分。", "The call's data say “ordered”: no; not counted."],
  ["客户犹豫、拒绝 0 次，不到 1 次；不计入总分。", "The customer hesitates or rejects 0 times, fewer than 1; not counted."],
  ["静音占比 32%，高于 20%；扣 2 分，得 0 分（满分 2）。", "Share of silence 32%, above 20%; 2 lost, 0 of 2 points."],
  ["归方案“会员续费”（renewal 2026-11）管", "Judged by policy “会员续费” (renewal 2026-11)"],
  ["报价：没有违反 → 违反（“保证治好，三年”）", "报价: kept → broken (“保证治好，三年”)"],
  ["识别把握低（0.31）：可能不是普通话，或录音不清楚，结论仅供参考。", "Recognised with little confidence (0.31): perhaps a dialect or a poor recording, take the verdicts with care."],
  ["没有听到有人说话（静音、彩铃、音乐或噪声）。", "Nobody was heard speaking (silence, ringing, music or noise)."],
  ["仅供样例演示，不能用于真实通话。", "For the samples only, not for real calls."],
  ["“停药”、“不用吃药”等 12 种说法", "“停药”, “不用吃药” … 12 wordings in all"],
];

describe("the server's reasons in English", () => {
  it.each(TOLD)("%s", (chinese, english) => {
    expect(en.told(chinese)).toBe(english);
    expect(zh.told(chinese)).toBe(chinese);
  });

  it("leaves a sentence of nobody's form as it is", () => {
    const line = "您好，禾悦康家健康热线，工号八零零一为您服务";
    expect(en.told(line)).toBe(line);
  });

  it("knows every reason of the kept answers; only names and quotes stay Chinese", () => {
    const { findings } = golden<"FindingsShown">("findings");
    const lines = (["review", "review-after"] as const).flatMap((name) =>
      golden<"ReviewShown">(name).effective.lines.map(({ machine }) => machine.reason ?? ""),
    );
    const told = [...findings.map(({ explanation }) => explanation.detail ?? ""), ...lines].filter(Boolean);
    const foreign = told.map(en.told).filter((one) => /[\u4e00-\u9fff（），；。]/.test(one.replace(/“[^”]*”|Wrong: .*/g, "")));
    expect(told.length).toBeGreaterThan(30);
    expect(foreign).toEqual([]);
  });
});
