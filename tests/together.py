"""Which tests stay in one worker: those that share something costly (calls heard once, a wheel, a browser's server).

xdist's own ``loadgroup`` finds groups by a mark that pytest 9 no longer lets it write into the name of a test.
"""

import re

from xdist.scheduler import LoadScopeScheduling

_GROUPS = (
    (re.compile(r"^tests/web/test_(everywhere|lists)\.py"), "page: looks"),
    (re.compile(r"^tests/web/"), "page"),
    (re.compile(r"^tests/(test_samples|api/test_day)\.py"), "samples"),
    (re.compile(r"^tests/bad_input/test_odd_sound\.py"), "odd sound"),
    (re.compile(r"^tests/transcript/test_samples\.py"), "packing"),
    (re.compile(r"^tests/test_packaging\.py"), "wheel"),
)
_RIGHTS = re.compile(r"^tests/api/test_rights\.py::\w+\[(\w+)")


class Together(LoadScopeScheduling):
    """Hands out groups whole, the largest first, and all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        for pattern, group in _GROUPS:
            if pattern.match(nodeid):
                return group
        rights = _RIGHTS.match(nodeid)
        return f"rights of {rights[1]}" if rights else nodeid
