"""Contours are `memory_users` at each share and target."""

from farebox.hosting.packing.capacity import memory_users, usable_gib
from farebox.hosting.packing.contours import contours
from farebox.hosting.plan_values import MemoryModel


def test_a_contour_is_what_fits_at_its_target() -> None:
    model = MemoryModel(active_share=0.1, kills_per_user_year=0.3)
    found = contours(model, 64, kills=(1.0,), shares=(0.2,))
    # The model's own target and share are looked at too.
    assert [one.kills_per_user_year for one in found] == [0.3, 1.0]
    assert [share for share, _ in found[0].points] == [0.1, 0.2]
    usable = usable_gib(64)
    assert found[0].points[0][1] == memory_users(model, usable)
    assert found[1].points[0][1] == memory_users(model, usable, kills=1.0)


def test_fewer_fit_where_more_are_active_and_more_where_kills_are_borne() -> None:
    few, many = contours(MemoryModel(), 64, kills=(0.1, 1.0), shares=(0.05, 0.2))
    for one in (few, many):
        users = [count for _, count in one.points]
        assert users == sorted(users, reverse=True)
    assert all(a[1] <= b[1] for a, b in zip(few.points, many.points, strict=True))
