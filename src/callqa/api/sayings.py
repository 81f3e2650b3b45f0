"""The words of every refusal, by its stable code."""

from dataclasses import dataclass

from callqa.domain import (
    CallQAError,
    DialogueError,
    IntakeError,
    ModelError,
    PolicyError,
    RecogniserError,
    RecordingError,
    ReviewError,
    StoreError,
)


@dataclass(frozen=True)
class Saying:
    """What is told with a code.

    Attributes:
        status: HTTP status.
        title: Short Chinese name.
        detail: Chinese sentence: what.
        zh: Chinese sentence: what to do.
        en: The same in English.
    """

    status: int
    title: str
    detail: str
    zh: str
    en: str


SAYINGS: dict[str, Saying] = {
    "internal": Saying(
        500,
        "程序出错",
        "程序出了错，已记入日志。",
        "请把编号告诉维护人员。",
        "Give the request id to whoever runs this server.",
    ),
    "request.json": Saying(
        400,
        "请求看不懂",
        "请求的内容不是完整的 JSON 或表单。",
        "请检查格式再发。",
        "Send well-formed JSON (or a well-formed form).",
    ),
    "request.invalid": Saying(
        422, "内容有误", "请求里有不合要求的内容。", "请按 errors 逐条改正。", "Correct each entry of errors."
    ),
    "request.too_large": Saying(
        413,
        "内容太大",
        "请求的内容超过上限。",
        "请缩小后再发；录音上限见设置 upload_limit。",
        "Send less; the limit for recordings is the setting upload_limit.",
    ),
    "request.media_type": Saying(
        415,
        "内容类型不对",
        "这个地址不收这种类型的内容。",
        "请按接口说明设 Content-Type。",
        "Set Content-Type as the API description says.",
    ),
    "request.range": Saying(
        416, "范围不对", "要的范围在文件之外。", "请按文件长度重新请求。", "Ask for a range inside the file."
    ),
    "route.missing": Saying(
        404,
        "没有这个地址",
        "没有这个接口。",
        "请查接口说明 /api/v1/openapi.json。",
        "See /api/v1/openapi.json for what there is.",
    ),
    "route.method": Saying(
        405,
        "方法不对",
        "这个地址不支持这种方法。",
        "请用 Allow 里列出的方法。",
        "Use a method named in Allow.",
    ),
    "missing": Saying(
        404,
        "没有找到",
        "没有找到，或不在您的范围内。",
        "请检查编号；需要权限请找管理员。",
        "Check the id; ask an administrator if you should see it.",
    ),
    "auth.required": Saying(
        401,
        "需要登录",
        "还没有登录，或登录已过期。",
        "请登录，或带上有效的令牌。",
        "Sign in, or send a valid bearer token.",
    ),
    "auth.wrong": Saying(
        401,
        "登录失败",
        "用户名或密码不对。",
        "请重新输入；忘了密码请找管理员。",
        "Try again, or ask an administrator for a new password.",
    ),
    "auth.locked": Saying(
        429,
        "暂时锁定",
        "试错次数太多，暂时不能登录。",
        "请过一会儿再试，或请管理员重设密码。",
        "Wait as Retry-After says, or ask an administrator for a new password.",
    ),
    "auth.forbidden": Saying(
        403,
        "没有权限",
        "您的角色不能做这件事。",
        "需要的话请找管理员。",
        "Ask an administrator for a role that may do this.",
    ),
    "auth.scope": Saying(
        403,
        "令牌权限不够",
        "这个令牌没有包含这项权限。",
        "请建一个带这项权限的令牌。",
        "Create a token with this scope.",
    ),
    "auth.raw": Saying(
        403,
        "不能看原文",
        "看原文、听未消音的录音要另外的权限。",
        "请向管理员申请“原文”权限；每次使用都会留痕。",
        "Ask for the raw-data mark; each use is recorded.",
    ),
    "auth.csrf": Saying(
        403,
        "缺少防伪标记",
        "请求没有带正确的 X-CSRF-Token。",
        "请先取 /api/v1/auth/csrf 再带上它。",
        "Get /api/v1/auth/csrf and send its value as X-CSRF-Token.",
    ),
    "auth.change_password": Saying(
        403,
        "要先改密码",
        "您用的是一次性密码。",
        "请先改成自己的密码。",
        "Change the one-time password first (POST /api/v1/auth/password).",
    ),
    "auth.weak": Saying(
        422,
        "密码太弱",
        "新密码太短、太常见，或和旧密码、登录名一样。",
        "请用至少 10 个字符、别处没用过的密码。",
        "Use at least 10 characters that you use nowhere else.",
    ),
    "auth.oidc": Saying(
        401,
        "单位登录失败",
        "单位账号登录没有成功。",
        "请重新登录；还不行请找管理员。",
        "Start the sign-in again; ask an administrator if it fails again.",
    ),
    "auth.oidc_off": Saying(
        404,
        "没有单位登录",
        "没有设置单位账号登录。",
        "请用用户名和密码登录。",
        "Sign in with name and password.",
    ),
    "page.token": Saying(
        422,
        "页码无效",
        "after 不是这个列表给出的。",
        "请从第一页重新取。",
        "Start again from the first page.",
    ),
    "idempotency.key": Saying(
        422,
        "Idempotency-Key 无效",
        "Idempotency-Key 要 1 到 128 个可见字符。",
        "请换一个，例如 UUID。",
        "Send another one, e.g. a UUID.",
    ),
    "idempotency.reused": Saying(
        422,
        "Idempotency-Key 用过了",
        "同一个 Idempotency-Key 已用于另一个请求。",
        "新的请求请换一个新的值。",
        "Use a new key for a new request.",
    ),
    "idempotency.erased": Saying(
        422,
        "从前的答复已删除",
        "同一个 Idempotency-Key 的请求做过了，它的答复应客户要求删除了。",
        "请用查询接口看现在的情况；新的请求请换一个新的值。",
        "It was done, and its answer erased on request: read how things stand; use a new key for a new request.",
    ),
    "etag.missing": Saying(
        428,
        "缺少 If-Match",
        "修改要带 If-Match。",
        "请先取最新内容，把它的 ETag 放进 If-Match。",
        "Get the resource first and send its ETag as If-Match.",
    ),
    "etag.invalid": Saying(
        422,
        "If-Match 无效",
        "If-Match 不是这里给出的 ETag。",
        "请先取最新内容，把它的 ETag 原样放进 If-Match。",
        "Send the ETag exactly as it was given.",
    ),
    "review.conflict": Saying(
        409,
        "别人刚改过",
        "您打开之后，别人又写了新的复核。",
        "请看 current 里别人的改动，再决定要不要提交。",
        "Look at the other's events in current, then decide again with the new ETag.",
    ),
    "conflict": Saying(
        409, "和现在的状态冲突", "现在的状态不允许这样做。", "请刷新后再试。", "Read it again, then decide."
    ),
    "upload.name": Saying(
        422,
        "文件名无效",
        "文件名里有不允许的内容。",
        "请只用普通的文件名，不带路径。",
        "Send a plain file name without a path.",
    ),
    "upload.exists": Saying(
        409,
        "通话已存在",
        "这个通话号已有另一段录音。",
        "请换一个通话号；同一段录音不用再传。",
        "Use another call id; the same recording need not be sent again.",
    ),
    "upload.long": Saying(
        422,
        "录音太长",
        "录音解开后超过时长上限。",
        "请检查文件；上限见设置 upload_hours。",
        "Check the file; the limit is the setting upload_hours.",
    ),
    "upload.disk": Saying(
        413,
        "磁盘不够",
        "服务器的磁盘快满了，不能再收录音。",
        "请先腾出空间。",
        "Free disk space on the server first.",
    ),
    "webhook.address": Saying(
        422,
        "地址不允许",
        "回调地址不允许：要 https，且不能指向内网。",
        "请换一个公网 https 地址，或在设置里允许它的主机。",
        "Use a public https address, or allow its host in the settings.",
    ),
    "coaching.due": Saying(
        422,
        "日期已过",
        "完成日期已经过去了。",
        "请把完成日期改成今天或以后。",
        "Choose today or a later day for due.",
    ),
    "org.faults": Saying(
        422,
        "组织表有误",
        "组织表有错，什么都没有改。",
        "请按 errors 逐行改正再导入。",
        "Correct each entry of errors; nothing was changed.",
    ),
    "job.dead": Saying(
        409,
        "任务已失败",
        "任务已用完重试次数。",
        "请看 message，处理后重新提交。",
        "See its message; submit again once mended.",
    ),
}

_STATUS: dict[str, int] = {
    "store.locked": 503,
    "store.unreachable": 503,
    "store.full": 503,
    "store.readonly": 503,
    "store.io": 503,
    "store.open": 503,
    "store.raw": 410,
    "blob.too_large": 413,
    "blob.no_room": 413,
    "job.alive": 409,
    "erasure.none": 404,
    "erasure.held": 409,
    "erasure.busy": 409,
    "organisation.circle": 422,
    "organisation.parent": 422,
    "organisation.post": 422,
    "organisation.login": 422,
    "recording.missing": 404,
    "plan.begun": 409,
    "calibration.closed": 409,
    "collection.full": 409,
    "collection.archived": 409,
    **dict.fromkeys(
        (
            "review.points",
            "review.reason",
            "review.item",
            "review.turn",
            "review.correction",
            "appeal.reason",
            "appeal.points",
            "appeal.partial",
            "proposal.reason",
            "calibration.call",
            "collection.span",
            "queue.answers",
            "handover.people",
            "coaching.goal",
            "calendar.empty",
            "calendar.file",
        ),
        422,
    ),
    **dict.fromkeys(
        (
            "review.own",
            "review.self",
            "review.author",
            "review.blind",
            "appeal.self",
            "appeal.rights",
            "proposal.self",
            "calibration.rater",
            "handover.person",
            "coaching.person",
        ),
        403,
    ),
    "recording.unreadable": 410,
}
_KINDS: tuple[tuple[type[CallQAError], int], ...] = (
    (DialogueError, 422),
    (PolicyError, 422),
    (IntakeError, 422),
    (RecordingError, 422),
    (ReviewError, 409),
    (ModelError, 503),
    (RecogniserError, 503),
    (StoreError, 503),
)
_ENGLISH = {
    404: "Check the id; ask an administrator if you should see it.",
    409: "Read it again, then decide.",
    410: "It was taken away by the rules of keeping or by an erasure; the masked view may still be there.",
    422: "Correct the request as detail and errors say.",
    503: "Try again as Retry-After says; if it stays so, tell whoever runs this server.",
}


def status_of(error: CallQAError) -> int:
    """HTTP status of an error from the rooms below; codes that end in ``.missing`` are 404, ``.conflict`` 409."""
    if error.code in _STATUS:
        return _STATUS[error.code]
    if error.code.endswith((".missing", ".unknown")):
        return 404
    if error.code.endswith((".conflict", ".exists", ".taken")):
        return 409
    if error.code.endswith((".forbidden", ".not_yours")):
        return 403
    return next((status for kind, status in _KINDS if isinstance(error, kind)), 422)


def next_step_in_english(status: int) -> str:
    """What to do, where the room below says it in Chinese only."""
    return _ENGLISH.get(status, "See detail.")
