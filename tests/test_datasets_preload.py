"""A shop kept in memory gives the same tables as one read from its files, and nobody can spoil it."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from ecrm_helpers.datasets import load_shop, loading, my_shop, own, preload
from ecrm_helpers.errors import SettingsError

SHOPS = {"crossborder_crm": "rongyu", "ecommerce_crm": "heting"}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(loading, "_kept", {})
    monkeypatch.setattr(own, "_kept", {})
    yield
    own._places.cache_clear()


def same(left, right):
    for field in fields(left):
        one, other = getattr(left, field.name), getattr(right, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
            assert one.dtypes.astype(str).to_dict() == other.dtypes.astype(str).to_dict()
        else:
            assert one == other
    return True


@pytest.mark.parametrize(("course", "name"), SHOPS.items())
def test_results_are_the_same_with_and_without(course, name, capsys):
    whole, mine = load_shop(name), my_shop("20230142", course=course, assignment="unit7", customers=300)
    line = capsys.readouterr().out
    preload(course)
    assert same(load_shop(name), whole)
    assert same(my_shop("20230142", course=course, assignment="unit7", customers=300), mine)
    assert capsys.readouterr().out == line


def test_files_are_read_once(monkeypatch):
    preload("crossborder_crm")
    monkeypatch.delattr(loading, "read_table")
    monkeypatch.delattr(own, "courses")
    preload("crossborder_crm")
    assert len(load_shop("rongyu").orders) > len(my_shop("a7").orders) > 0


def test_what_a_student_does_to_a_table_stays_there():
    preload("crossborder_crm")
    before = load_shop("rongyu")
    for spoilt in (load_shop("rongyu"), my_shop("20230142")):
        for field in fields(spoilt):
            table = getattr(spoilt, field.name)
            if isinstance(table, pd.DataFrame):
                for name in table.columns:
                    table[name].array[:] = table[name].array[::-1].copy()
                    writable = table[name].to_numpy()
                    if writable.dtype.kind in "iufb":
                        writable.flags.writeable = True
                        writable[:] = 0
                del table[table.columns[0]]
    assert same(load_shop("rongyu"), before)


def test_an_unknown_course_is_refused():
    with pytest.raises(SettingsError, match="crossborder_crm"):
        preload("crm")
