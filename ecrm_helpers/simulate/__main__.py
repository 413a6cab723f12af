"""Write both shipped shops into the data folder: ``python -m ecrm_helpers.simulate``."""

from ecrm_helpers.datasets import data_dir
from ecrm_helpers.simulate import HETING, RONGYU, SEEDS, generate, write_shop

if __name__ == "__main__":
    for spec in (RONGYU, HETING):
        write_shop(generate(spec, seed=SEEDS[spec.id]), data_dir() / spec.id)
