"""``callqa init``: a folder of one's own to start from."""

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.screen import out
from callqa.domain import CallQAError
from callqa.settings import shipped

EXAMPLES = """
例：

callqa init my-centre      建立 my-centre，里面有设置和一套可以照着改的质检方案

cd my-centre && callqa policy check && callqa score 录音文件夹 --manifest 清单.csv
"""

SETTINGS = """# callqa 的设置：这台机器的事写在这里，质检的事写在 policy 文件夹里。
# 在这个文件夹里执行 callqa 时生效；同名的环境变量（如 CALLQA_WORKERS）优先。

# 质检方案文件夹（相对于这个文件夹）
policy = "policy"

# 数据库、暂存、备份放在哪里（含通话原文，请限制访问权限）
data = "callqa-data"

# 数据库；默认是数据文件夹里的 SQLite。大的中心可以用 PostgreSQL：
# database_url = "postgresql+psycopg://callqa@db.example/callqa"

# 识别模型：真实通话请用 large-v3-turbo 或更好的（先执行 callqa models fetch large-v3-turbo）。
# asr-demo 仅供样例演示，不能用于真实通话。
recogniser = "asr-demo"

# 模型放在哪里，每个模型一个子文件夹；默认用随程序带来的那个文件夹。
# 自己训练或下载模型的话，先把随程序的模型拷到这里，再打开这一行
# models = "models"

# 技巧模型的名称（callqa models list 列出有哪些）；不写就用模型文件夹里正在用的（callqa models use 选）
# techniques = "名称"

# 句向量模型的文件夹（里面是 model.onnx 和 vocab.txt）：学例句的规则和步骤也看句子的意思；不写就不用
# embedder = "models/sentences"

# 在哪里计算：auto、cpu、cuda；数值格式：auto、int8、float16 …
# device = "auto"
# compute_type = "auto"

# 同时工作的进程数（默认等于 CPU 核数）；每个进程装一份识别模型，内存不够就调小
# workers = 4

# 一个进程一次处理几通：多了识别更快，占内存也更多
# batch_calls = 16

# 没有写时区的时间按哪个时区算
# zone = "Asia/Shanghai"

# —— 复核服务（callqa serve、callqa worker）——

# 监听的地址和端口；给别的机器用就写 0.0.0.0，前面放 https 反向代理，并写上大家用的网址（会话 Cookie 从此只走 https）
# host = "127.0.0.1"
# port = 8321
# public_url = "https://qa.example.com"

# 签名用的密钥，至少 32 个字符；不写就在数据文件夹里自己做一个，几台服务器一起用时要写同一个
# secret_key = "change-me-to-at-least-forty-random-characters"

# 登录多久（小时）、程序令牌最长几天；连续输错几次锁多少分钟
# session_hours = 12.0
# token_days = 90
# lock_after = 8
# lock_minutes = 15.0

# 上传的录音：最大字节数、最长几小时、磁盘至少留多少字节
# upload_limit = 300000000
# upload_hours = 4.0
# disk_reserve = 1000000000

# 处理任务：最多试几次；处理程序多少秒没动静就换一个
# job_attempts = 3
# job_lease = 60.0

# 回调：允许送到哪些内网主机；最多送几次
# hook_hosts = ["crm.internal"]
# hook_attempts = 8

# 用单位自己的账号登录（OpenID Connect）；三项都要，登录名取自 oidc_claim
# oidc_issuer = "https://login.example.com"
# oidc_client = "callqa"
# oidc_secret = "由单位的目录给出"
# oidc_claim = "preferred_username"

# 节假日和调休（JSON：holidays、make_up 两个日期列表）；不写就只有周末休息
# calendar = "calendar.json"

# 申诉：坐席几个工作日内可以提，小组长、主管、终审各几个工作日内裁定
# appeal_window = 5
# appeal_leader = 2
# appeal_director = 3
# appeal_final = 5

# 当日计划：封存的随机抽样占几成（算真实违规率）、两人盲评占几成、每个坐席一个月至少听几通、领走一通能占多少分钟
# sealed_share = 0.05
# double_share = 0.05
# month_quota = 8
# claim_minutes = 60.0

# 规则判得对的比例低于这个数，就建议只提示不扣分
# rule_floor = 0.8
"""


def init(
    folder: Annotated[Path, typer.Argument(help="要建立的文件夹。", metavar="文件夹", show_default=False)],
) -> None:
    """建立一个自己的文件夹：设置，和一套带中文注释的起步方案。"""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallQAError(
            f"{folder} 已经存在，而且不是空的。",
            code="init.exists",
            hint="请换一个名字；已有的文件不会被改动。",
        )
    start = shipped("samples") / "policy"
    if not start.is_dir():
        raise CallQAError(
            f"找不到随程序的起步方案（{start}）。", code="init.missing", hint="请重新安装 callqa。"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(start, folder / "policy")
        (folder / "callqa.toml").write_text(SETTINGS, encoding="utf-8")
    except OSError as refused:
        raise CallQAError(
            f"写不了 {folder}：{refused.strerror}。",
            code="init.write",
            hint="请检查空间和权限，或换一个地方。",
        ) from refused
    console = out()
    console.print(f"已建立 {escape(str(folder))}：")
    console.print("  callqa.toml   设置（数据放哪里、用哪个识别模型）")
    console.print("  policy/       质检方案：标准话术、违禁语、产品事实、技巧、评分表、隐私，都有注释")
    console.print("下一步：")
    console.print(f"  1. cd {escape(str(folder))}，按自己的产品改 policy 里的文件")
    console.print("  2. callqa policy check          查有没有写错，并跑每条规则的例句")
    console.print("  3. callqa models fetch large-v3-turbo，再把 callqa.toml 的 recogniser 改成它")
    console.print("  4. callqa score 录音文件夹 --manifest 清单.csv")
