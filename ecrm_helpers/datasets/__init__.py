"""The shops: two fictional ones that ship with the course, the real CDNOW, and each student's own part."""

from ecrm_helpers.datasets.own import clean_student_id, my_shop
from ecrm_helpers.datasets.reading import courses, data_dir, descriptor
from ecrm_helpers.datasets.shop import Shop, load_cdnow, load_shop, select_shop

__all__ = [
    "Shop",
    "clean_student_id",
    "courses",
    "data_dir",
    "descriptor",
    "load_cdnow",
    "load_shop",
    "my_shop",
    "select_shop",
]
