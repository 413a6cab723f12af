"""Taking what others need: processes, memory, disk, room in files, the run itself."""

from collections.abc import Callable

from tests.attacks.attack import FULL, GOOD, Attack, Seen

PROCESSES, MEGABYTES, DISK = 150, 1_300, 100

FORKS = f"""\
import os
import signal

children = []
try:
    for _ in range({PROCESSES}):
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(f"STARTED:{{len(children)}}")
"""
MEMORY = f"""\
held = bytearray(b"x") * {MEGABYTES * 10**6}
print(f"HELD:{{len(held) // 10**6}}")
del held
"""
FILES = f"""\
written = 0
for number in range({DISK // 10}):
    with open(f"fill{{number}}.bin", "wb") as file:
        written += file.write(bytes(10_000_000))
    print(f"WRITTEN:{{written // 10**6}}")
"""
FLOOD = "for _ in range(25):\n    print('x' * 1_000_000, end='')"
KILL = "import os\nimport signal\n\nos.kill(os.getppid(), signal.SIGKILL)"


def at_least(name: str, number: int) -> Callable[[Seen], bool]:
    """It worked if its code could print ``name:n`` with at least `number`."""

    def check(seen: Seen) -> bool:
        return f"{name}:{number}" in seen.shown

    return check


def classmate_unmarked(seen: Seen) -> bool:
    """It worked if a classmate who did everything right has no marks."""
    return seen.other("zz_classmate").score != FULL


ATTACKS = [
    Attack(name="fork_bomb", boundary="execute", cells=GOOD, first=FORKS, earned=FULL,
           won=at_least("STARTED", PROCESSES)),
    Attack(name="memory_bomb", boundary="execute", cells=GOOD, first=MEMORY, earned=FULL,
           won=at_least("HELD", MEGABYTES)),
    Attack(name="disk_bomb", boundary="execute", cells=GOOD, first=FILES, earned=FULL,
           won=at_least("WRITTEN", DISK)),
    Attack(name="output_flood", boundary="execute", cells=GOOD, first=FLOOD, earned=FULL,
           won=lambda seen: seen.marked.stat().st_size > 20_000_000),
    Attack(name="marker_killed", boundary="execute", cells={**GOOD, "a1_total": KILL}, won=classmate_unmarked,
           earned=FULL - 4, alone=True),
]  # fmt: skip
