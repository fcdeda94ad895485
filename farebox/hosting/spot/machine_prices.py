"""What a tier's machines and volumes cost: the few prices that the models ask for.

The keys are those that the rules rate a stack with, so a model and `fare price` read
the same prices.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.hosting.limits import GP3_FREE_IOPS, GP3_FREE_MIB_PER_SECOND
from farebox.hosting.plan.quotas import VM_ROOT_GIB
from farebox.hosting.plan_values import VolumeConfig, VolumePlan
from farebox.prices import Price, PriceBook, PriceKey

EC2 = "AmazonEC2"
MIB_PER_GIB = 1024

Rest = Literal["on-demand", "plan-1-year", "plan-3-year"]
"""How machines are bought that are not spot."""
RESTS: tuple[Rest, ...] = ("on-demand", "plan-1-year", "plan-3-year")


def spot_price(
    book: PriceBook, region: str, instance_type: str, zone_id: str
) -> Price | None:
    """The price of a spot hour in a zone, None where the book has none."""
    usage_type = f"SpotUsage:{instance_type}"
    return book.find(PriceKey(EC2, region, usage_type, "", "spot", zone_id))


class StorageRates(Struct, frozen=True, kw_only=True):
    """A region's gp3 and address prices: USD per GiB, IOPS and MiB/s a month, per hour."""

    gib_month: Decimal
    iops_month: Decimal
    mib_per_second_month: Decimal
    address_hour: Decimal

    def volume_month(self, volume: VolumePlan | VolumeConfig, gib: int) -> Decimal:
        """USD a month of one data volume of `gib`, speed above gp3's own included."""
        extra_iops = max(0, volume.iops - GP3_FREE_IOPS)
        extra_mib = max(0, volume.mib_per_second - GP3_FREE_MIB_PER_SECOND)
        return (
            gib * self.gib_month
            + extra_iops * self.iops_month
            + extra_mib * self.mib_per_second_month
        )

    def machine_month(self, hours: Decimal, *, public_address: bool) -> Decimal:
        """USD a month of what each machine has beside its hours: root volume, address."""
        address = self.address_hour * hours if public_address else Decimal(0)
        return VM_ROOT_GIB * self.gib_month + address


def storage_rates(book: PriceBook, region: str) -> StorageRates:
    """The region's rates. Raises PriceNotFound where the book lacks one."""

    def usd(service: str, usage_type: str) -> Decimal:
        return book.price(PriceKey(service, region, usage_type)).usd_per_unit

    return StorageRates(
        gib_month=usd(EC2, "EBS:VolumeUsage.gp3"),
        iops_month=usd(EC2, "EBS:VolumeP-IOPS.gp3"),
        mib_per_second_month=usd(EC2, "EBS:VolumeP-Throughput.gp3") / MIB_PER_GIB,
        address_hour=usd("AmazonVPC", "PublicIPv4:InUseAddress"),
    )
