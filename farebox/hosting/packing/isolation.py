"""What keeps one user's container from another's, and what saves their memory.

Isolation costs memory for each user; a memory saver takes some of it back. Each option
says where its figure comes from; `status` is `sourced` or `assumed`.
"""

from collections.abc import Mapping

from msgspec import Struct

from farebox.hosting.packing.memory_shapes import ShapedMemory, asleep, compressed


class Isolation(Struct, frozen=True, kw_only=True):
    """A way to run a container, and the memory that each one takes beside its user's."""

    name: str
    overhead_mib: float
    status: str
    source: str
    needs: str = ""


METAL = "a metal instance, or a type with nested virtualisation"

ISOLATIONS: Mapping[str, Isolation] = {
    one.name: one
    for one in (
        Isolation(
            name="runc",
            overhead_mib=30,
            status="assumed",
            source="the shim, its logs and cgroup",
        ),
        Isolation(
            name="gvisor",
            overhead_mib=50,
            status="assumed",
            source="the shim, and the Sentry and Gofer processes of a small container",
        ),
        Isolation(
            name="kata",
            overhead_mib=160,
            status="sourced",
            source=(
                "RuntimeClass kata-qemu of kata-deploy: podFixed memory 160Mi;"
                " Cloud Hypervisor 130Mi"
            ),
            needs=METAL,
        ),
        Isolation(
            name="firecracker",
            overhead_mib=65,
            status="assumed",
            source=(
                "5 MiB of the monitor (SPECIFICATION.md of Firecracker), 30 MiB of a"
                " guest kernel and 30 of shim and agent, both assumed"
            ),
            needs=METAL,
        ),
    )
}


def overhead_levels(isolation: str) -> tuple[float, float, float]:
    """MiB beside a container, least, likely and most: half to double where assumed."""
    one = ISOLATIONS[isolation]
    error = 2.0 if one.status == "assumed" else 1.0
    return one.overhead_mib / error, one.overhead_mib, one.overhead_mib * error


ZRAM_RATIO = 2.0
"""Compression that the kernel's own page on zram expects.

Source: https://docs.kernel.org/admin-guide/blockdev/zram.html
"""
ZRAM_COLD = 0.5
"""Share of an idle container's memory that is not touched for minutes (assumed)."""
ASLEEP = 0.5
"""Share of the idle containers, those idle for hours, that are written to disk and woken
in seconds when their user comes back (assumed)."""

SAVINGS: Mapping[str, str] = {
    "none": "",
    "zram": (
        f"{ZRAM_COLD:.0%} of idle memory is cold (assumed), compressed"
        f" {ZRAM_RATIO:g} to 1 (kernel docs)"
    ),
    "hibernation": (
        f"{ASLEEP:.0%} of idle containers sleep on disk (assumed); their users wait"
        " some seconds"
    ),
}
"""Memory savers and what they stand on."""


def saved(model: ShapedMemory, saving: str) -> ShapedMemory:
    """The memory model with a saver of SAVINGS at work."""
    if saving == "zram":
        return compressed(model, cold=ZRAM_COLD, ratio=ZRAM_RATIO)
    if saving == "hibernation":
        return asleep(model, share=ASLEEP)
    return model
