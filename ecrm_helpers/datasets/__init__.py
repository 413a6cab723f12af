"""The shops: two fictional ones that ship with the course, real ones, each student's own part, one's own."""

from ecrm_helpers.datasets.cards import data_card
from ecrm_helpers.datasets.folder import load_folder
from ecrm_helpers.datasets.loading import load_shop, select_shop
from ecrm_helpers.datasets.own import clean_student_id, my_shop, preload
from ecrm_helpers.datasets.reading import courses, data_dir, descriptor
from ecrm_helpers.datasets.real import load_cdnow, load_complete_journey
from ecrm_helpers.datasets.shop import Shop

__all__ = [
    "Shop",
    "clean_student_id",
    "courses",
    "data_card",
    "data_dir",
    "descriptor",
    "load_cdnow",
    "load_complete_journey",
    "load_folder",
    "load_shop",
    "my_shop",
    "preload",
    "select_shop",
]
