/**
 * The server's reasons in English.
 *
 * Why a step or rule came out as it did, and what that does to the score, is kept with the result as a Chinese
 * sentence, also of calls judged long ago. These sentences have few forms; whatever is quoted, and the names a policy
 * gives, stay as they were said. A form that is not known is shown as it is.
 */

type Form = readonly [RegExp, (parts: readonly string[], tell: (told: string) => string) => string];

const PARTY: Record<string, string> = { 坐席: "the agent", 客户: "the customer", 这一通: "this call" };
const who = (name: string) => PARTY[name] ?? name;
const whose = (name: string) => (name === "坐席" ? "agent's" : name === "客户" ? "customer's" : name);

/** Sentences and their clauses; the first form that fits the whole of it counts. */
const FORMS: readonly Form[] = [
  // verdicts of rules
  [/^前提不成立，不适用$/, () => "its condition is not met, so it does not apply"],
  [/^前提不成立，这一步不适用$/, () => "its condition is not met, so this step does not apply"],
  [/^前提是否成立判断不了$/, () => "it cannot be told whether its condition is met"],
  [/^前提条件没有出现$/, () => "what it depends on did not occur"],
  [/^符合例外条件，不算违反$/, () => "an exception applies: no violation"],
  [/^出现 见证据$/, () => "it occurred: see the evidence"],
  [/^出现 ((?:“[^”]*”、?)+)$/, ([said = ""]) => `heard ${said}`],
  [/^没有做到$/, () => "not done"],
  [/^做到了$/, () => "done"],
  [/^没有发现问题$/, () => "nothing found"],
  [/^判断不了，请人工听一下$/, () => "cannot be decided, please listen"],
  [/^请人工听一下$/, () => "please listen"],
  [/^说没说判断不了$/, () => "so it cannot be told whether it was said"],
  // what was heard and does not count
  [/^(“.+”)没有听清$/, ([said = ""]) => `${said} was not heard clearly`],
  [/^(“.+?”)不算：(.+)$/, ([said = "", why = ""], tell) => `${said} does not count, ${tell(why)}`],
  [/^否定：(.+)$/, ([words = ""]) => `it is denied: ${words}`],
  [/^转述：(.+)$/, ([words = ""]) => `it is told of others: ${words}`],
  [/^询问：(.+)$/, ([words = ""]) => `it is asked: ${words}`],
  [/^反问：重复客户的话(.+)$/, ([words = ""]) => `it repeats the customer's words: ${words}`],
  [/^只是听起来有些像$/, () => "it only sounds somewhat alike"],
  [/^落在排除的说法里$/, () => "it is part of a wording that is excluded"],
  [/^落在排除的表达式里$/, () => "it is part of an expression that is excluded"],
  [/^词对上了，但整句话不像这条规则的例句$/, () => "the words fit, but the sentence is unlike this rule's examples"],
  // why nothing can be said
  [/^条件(“.+”)不存在或绕成了圈$/, ([name = ""]) => `condition ${name} is missing or refers to itself`],
  [/^单声道录音听不出两人同时说话$/, () => "on a mono recording two people speaking at once cannot be told"],
  [/^单声道录音分不清谁在说话$/, () => "on a mono recording it cannot be told who speaks"],
  [/^没有技巧识别结果$/, () => "there are no technique tags"],
  [/^录音不完整，后面的话没有录到$/, () => "the recording is cut short"],
  [/^录音不完整$/, () => "the recording is incomplete"],
  [/^没有量到这项指标$/, () => "this was not measured"],
  [/^没有接过对方的话$/, () => "this party never answered the other"],
  [/^正则表达式在这一句上超过时限，没有判完，请改写$/, () => "the regular expression took too long on this turn; rewrite it"],
  [/^(坐席|客户)声道没有声音$/, ([one = ""]) => `the ${whose(one)} channel is silent`],
  [/^(坐席|客户)一句也没有听到，可能缺声道$/, ([one = ""]) => `nothing was heard of ${who(one)}; a channel may be missing`],
  [/^(坐席|客户)声道有声音，但几乎没有识别出话来$/, ([one = ""]) => `the ${whose(one)} channel has sound, but hardly any words were made out`],
  [/^这一段有 (\d+)% 的话识别把握很低$/, ([share = ""]) => `${share} % of the words here were recognised with little confidence`],
  [/^这一段有 (\d+)% 的时间两人同时说话$/, ([share = ""]) => `both speak at once for ${share} % of the time here`],
  [/^这一段有 (\d+)% 的话没有识别出来$/, ([share = ""]) => `${share} % of the speech here was not made out`],
  [/^(坐席|客户|这一通)的话识别把握平均只有 (\d+)%$/, ([one = "", share = ""]) => `words of ${who(one)} were recognised with ${share} % confidence on average`],
  // steps of the script
  [/^(说到?了，但[^，]+)，但(.+)$/, ([what = "", why = ""], tell) => `${tell(what)}, but ${tell(why)}`],
  [/^没有听到；这一步该不该有判断不了$/, () => "not heard, and it cannot be told whether the step was due"],
  [/^选做步骤，没有说$/, () => "an optional step, not said"],
  [/^没有说到（(\d+) 部分只听到 (\d+) 部分）$/, ([all = "", heard = ""]) => `not said: only ${heard} of ${all} parts were heard`],
  [/^没有说到$/, () => "not said"],
  [/^有一句话和这一步有几分像$/, () => "one sentence is somewhat like this step"],
  [/^好像说了，没有听清，请人工听一下$/, () => "it seems to have been said, but was not heard clearly; please listen"],
  [/^意思说到了$/, () => "said in other words"],
  [/^说到了$/, () => "said"],
  [/^说错了：(.+)说成(.+)，应为(.+)$/, ([what = "", said = "", right = ""]) => `wrong: ${what} given as ${said}, should be ${right}`],
  [/^(.+)说成(.+)，应为(.+)$/, ([what = "", said = "", right = ""]) => `${what} given as ${said}, should be ${right}`],
  [/^说了，但不在规定的位置$/, () => "said, but not where it belongs"],
  [/^说了，但早于(“.+”)$/, ([other = ""]) => `said, but before ${other}`],
  [/^说了，但晚于(“.+”)$/, ([other = ""]) => `said, but after ${other}`],
  [/^说了，但顺序不对$/, () => "said, but out of order"],
  [/^说到了，但没有听到(.+)$/, ([what = ""]) => `said, but not heard: ${what}`],
  [/^说完以后没有听到客户回答$/, () => "no answer of the customer was heard afterwards"],
  [/^客户应声时坐席还在说话，不算明确同意$/, () => "the agent was still talking when the customer answered, so it is no clear assent"],
  [/^客户的回答没有听清$/, () => "the customer's answer was not heard clearly"],
  [/^客户明确同意$/, () => "the customer clearly agreed"],
  [/^客户没有同意$/, () => "the customer did not agree"],
  [/^客户的回答不是明确同意$/, () => "the customer's answer is no clear assent"],
  [/^客户没有回答$/, () => "the customer did not answer"],
  [/^数字没有听清$/, () => "the number was not heard clearly"],
  [/^与标准值只差一两个可能听错的字$/, () => "only a character or two, easily misheard, from the right value"],
  [/^说的是约数$/, () => "about so much, not an exact figure"],
  [/^名称没有听清$/, () => "the name was not heard clearly"],
  // lines of the scorecard
  [/^是否适用不能确定：(.+)$/, ([why = ""], tell) => `it cannot be told whether it applies: ${tell(why)}`],
  [/^(步骤|规则)(“.+”)没有检查结果$/, ([kind = "", id = ""]) => `${kind === "步骤" ? "step" : "rule"} ${id} was not checked`],
  [/^触犯(“.+”) (\d+) 次(（[\d:、]+）)?$/, ([title = "", times = "", at = ""], tell) => `${title} broken ${often(times)}${tell(at)}`],
  [/^没有触犯(“.+”)$/, ([title = ""]) => `${title} was kept`],
  [/^没有(“.+”)，客户无从确认$/, ([title = ""]) => `${title} was not said, so the customer could not agree`],
  [/^(“.+”(?:（[\d:、]+）)?)(?:说了，客户已同意)$/, ([what = ""], tell) => `${tell(what)} said, and the customer agreed`],
  [/^(“.+”(?:（[\d:、]+）)?)说了，但客户没有明确同意$/, ([what = ""], tell) => `${tell(what)} said, but the customer did not clearly agree`],
  [/^(“.+”(?:（[\d:、]+）)?)说了，但不在该说的时候$/, ([what = ""], tell) => `${tell(what)} said, but not when it is due`],
  [/^(“.+”(?:（[\d:、]+）)?)说了，但内容有误$/, ([what = ""], tell) => `${tell(what)} said, but with a mistake`],
  [/^(“.+”(?:（[\d:、]+）)?)听不清，不能判定$/, ([what = ""], tell) => `${tell(what)} could not be heard, so it is not decided`],
  [/^(“.+”(?:（[\d:、]+）)?)(意思说到了|说到了|没有说)$/, ([what = "", how = ""], tell) => `${tell(what)} ${SAID[how] ?? how}`],
  [/^(“.+”)不适用于这通电话$/, ([title = ""]) => `${title} does not apply to this call`],
  [/^(.+)，客户同意与否要人工确认$/, ([what = ""], tell) => `${tell(what)}; a person must say whether the customer agreed`],
  [/^用到 (.+) (\d+) (种|轮)(（[\d:、]+）)?$/, ([names = "", times = "", unit = "", at = ""], tell) => `${named(names, tell)} used in ${counted(times, unit)}${tell(at)}`],
  [/^(“.+”) 只用到 (\d+) (种|轮)$/, ([names = "", times = "", unit = ""], tell) => `${named(names, tell)} used in only ${counted(times, unit)}`],
  [/^(“.+”) 没有用到$/, ([names = ""], tell) => `${named(names, tell)} not used`],
  [/^要求至少 (\d+) (种|轮)$/, ([times = "", unit = ""]) => `at least ${counted(times, unit)} needed`],
  [/^(.+) 不好判断$/, ([names = ""], tell) => `so ${named(names, tell)} cannot be judged`],
  [/^客户是否(.+)不好判断$/, ([names = ""], tell) => `so it cannot be told whether the customer ${reacted(names, tell)}`],
  [/^客户(\S+) (\d+) 次(（[\d:、]+）)?$/, ([names = "", times = "", at = ""], tell) => `the customer ${reacted(names, tell)} ${often(times)}${tell(at)}`],
  [/^不到 (\d+) 次$/, ([times = ""]) => `fewer than ${times}`],
  [/^(.+)测不出(?:：(.+))?$/, ([what = "", why = ""], tell) => `${tell(what)} could not be measured${why && `: ${tell(why)}`}`],
  [/^低于 (.+)$/, ([value = ""], tell) => `below ${tell(value)}`],
  [/^高于 (.+)$/, ([value = ""], tell) => `above ${tell(value)}`],
  [/^在要求范围内$/, () => "within what is asked for"],
  [/^通话资料没有写明(“.+”)$/, ([field = ""], tell) => `the call's data do not say ${named(field, tell)}`],
  [/^通话资料(“.+”)为(“.*”)$/, ([field = "", value = ""], tell) => `the call's data say ${named(field, tell)}: ${VALUE[value] ?? value}`],
  [/^不计入总分$/, () => "not counted"],
  [/^不扣分，转人工复核$/, () => "no points lost, left to a person"],
  [/^一票否决，整张评分表记 0 分$/, () => "red line: the whole card is 0"],
  [/^一票否决，(“.+”)全部记 0 分$/, ([section = ""]) => `red line: all of ${section} is 0`],
  [/^未触碰红线$/, () => "red line kept"],
  [/^不加分$/, () => "nothing added"],
  [/^加 ([\d.]+) 分$/, ([points = ""]) => `${points} added`],
  [/^扣 ([\d.]+) 分，得 ([\d.]+) 分（满分 ([\d.]+)）$/, ([lost = "", given = "", full = ""]) => `${lost} lost, ${given} of ${full} points`],
  [/^扣 ([\d.]+) 分$/, ([points = ""]) => `${points} lost`],
  [/^得 ([\d.]+) 分(?:（满分 ([\d.]+)）)?$/, ([points = "", full = ""]) => (full ? `${points} of ${full} points` : `${points} points`)],
  // trials
  [/^这一版的产品、广告活动范围不含它$/, () => "outside the products and campaigns of this version"],
  [/^拿来比的那一版的产品、广告活动范围不含它$/, () => "outside the products and campaigns of the version compared with"],
  [/^归方案(“.+”)（(.+)）管$/, ([title = "", version = ""]) => `judged by policy ${title} (${version})`],
  [/^(.+)：(.+) → ([^（]+)(（.+）)?$/, ([title = "", old = "", now = "", quote = ""], tell) => `${title}: ${tell(old).toLowerCase()} → ${tell(now).toLowerCase()}${tell(quote)}`],
  [/^没有这一条$/, () => "not there"],
  [/^([^“”：（]+“[^”]*”)：(.+)$/, ([what = "", why = ""], tell) => `${what}: ${tell(why)}`],
  // what was looked for
  [/^没有(“.+)$/, ([what = ""]) => `no ${what}`],
  [/^(“.+”)等 (\d+) 种说法$/, ([said = "", all = ""]) => `${said} … ${all} wordings in all`],
  // warnings about a call
  [/^仅供样例演示，不能用于真实通话$/, () => "for the samples only, not for real calls"],
  [
    /^分不清坐席和客户（单声道），与说话人有关的条目都交人工$/,
    () => "agent and customer cannot be told apart (mono): what depends on the speaker goes to a person",
  ],
  [/^整通录音没有听到说话$/, () => "nothing was heard on the whole recording"],
  [/^(.+)没有声音，只听了其余声道$/, ([names = ""]) => `no sound on ${names}; only the other channels were heard`],
  [
    /^各声道内容相同（单声道录音存成了多声道），分不清坐席和客户，按单声道听一遍$/,
    () => "all channels are the same (a mono recording saved as several): heard once, as mono",
  ],
  [
    /^录音不完整：文件提前结束或部分损坏，只处理了能解码的部分$/,
    () => "the recording is incomplete: the file ends early or is damaged, only what could be decoded was heard",
  ],
  [
    /^坐席的话术大多出现在客户声道，声道可能接反了，请核实$/,
    () => "most of the agent's script is on the customer's channel: the channels may be swapped, please check",
  ],
  [/^没有听到有人说话（静音、彩铃、音乐或噪声）$/, () => "nobody was heard speaking (silence, ringing, music or noise)"],
  [
    /^识别把握低（([\d.]+)）：可能不是普通话，或录音不清楚，结论仅供参考$/,
    ([share = ""]) => `recognised with little confidence (${share}): perhaps a dialect or a poor recording, take the verdicts with care`,
  ],
  [/^大部分内容不是中文，结论仅供参考$/, () => "most of it is not Chinese, take the verdicts with care"],
  // marks
  [/^（(.+)）$/, ([inside = ""], tell) => ` (${parted(inside, "；").map(tell).join("; ")})`],
  [/^([-\d.]+) 秒$/, ([value = ""]) => `${value} s`],
  [/^([-\d.]+) 字\/分$/, ([value = ""]) => `${value} characters/min`],
  [/^([-\d.]+) 次\/分$/, ([value = ""]) => `${value} a minute`],
  [/^([-\d.]+) 次$/, ([value = ""]) => value],
  [/^([^，；]*[^，；\d]) ([-\d.]+(?:%| 秒| 字\/分| 次\/分| 次| \S+))$/, ([what = "", value = ""], tell) => `${tell(what)} ${tell(value)}`],
];

/** Told in two clauses that belong together. */
const WHOLE: ReadonlySet<string> = new Set(["没有听到；这一步该不该有判断不了"]);
const VALUE: Record<string, string> = { "“是”": "yes", "“否”": "no", "“空”": "nothing" };
const SAID: Record<string, string> = { 意思说到了: "said in other words", 说到了: "said", 没有说: "not said" };

function often(times: string): string {
  return times === "1" ? "once" : `${times} times`;
}

function counted(times: string, unit: string): string {
  if (unit === "种") return `${times} kind${times === "1" ? "" : "s"}`;
  return `${times} turn${times === "1" ? "" : "s"}`;
}

/** `“对比”、“探需”` with each name in English where it has one. */
function named(names: string, tell: (told: string) => string): string {
  return names.replace(/“([^“”]*)”/g, (_, name: string) => `“${tell(name)}”`);
}

function reacted(names: string, tell: (told: string) => string): string {
  return names.split("、").map((name) => tell(name).toLowerCase()).join(" or ");
}

/** Cut at a mark, but not inside of brackets or quotes. */
function parted(told: string, mark: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const sign of told) {
    if ("（“".includes(sign)) depth += 1;
    if ("）”".includes(sign)) depth = Math.max(0, depth - 1);
    if (sign === mark && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** What was made of the parts; null where nothing was: a sentence in nobody's form keeps its marks. */
function changed(parts: readonly string[], said: readonly string[]): readonly string[] | null {
  return said.every((one, at) => one === parts[at]) ? null : said;
}

/** Where the bracket that ends a text opens. */
function opening(told: string): number {
  let depth = 0;
  for (let at = told.length - 1; at >= 0; at -= 1) {
    if (told[at] === "）") depth += 1;
    if (told[at] === "（") depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}

/** A sentence of the server, in English as far as its form is known. */
export function toldInEnglish(told: string, names: ReadonlyMap<string, string>): string {
  const tell = (one: string): string => {
    const name = names.get(one);
    if (name !== undefined) return name;
    const clauses = WHOLE.has(one) ? [one] : parted(one, "；");
    if (clauses.length > 1) return changed(clauses, clauses.map(tell))?.join("; ") ?? one;
    for (const [form, say] of FORMS) {
      const found = form.exec(one);
      // a group that is left out is undefined, whatever the types say
      if (found) return say(found.slice(1).map((part: string | undefined) => part ?? ""), tell);
    }
    const open = one.endsWith("）") ? opening(one) : 0;
    if (open > 0) return tell(one.slice(0, open)) + tell(one.slice(open));
    const parts = parted(one, "，");
    if (parts.length === 1) return one;
    const said = parts.map((part) => (part.startsWith("但") ? `but ${tell(part.slice(1))}` : tell(part)));
    return changed(parts, said)?.join(", ") ?? one;
  };
  const whole = told.endsWith("。");
  const said = tell(whole ? told.slice(0, -1) : told)
    .replace(/”、“/g, "”, “")
    .replace(/(\d)、(?=\d)/g, "$1, ");
  return said.charAt(0).toUpperCase() + said.slice(1) + (whole ? "." : "");
}
