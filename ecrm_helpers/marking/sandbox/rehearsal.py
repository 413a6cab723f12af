"""Inside the sandbox: do once what every student's exercise does, so that no fork pays for the first time.

The first styled table loads its templates, the first explorer its traits, the first Arrow text its kernels:
a third of what an exercise's cells took in a fork.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout, suppress
from typing import Any

from ecrm_helpers.errors import EcrmError

__all__ = ["rehearse_course"]


def rehearse_course(course: str, shell: Any) -> None:
    """Open a shop of the course, show its cases and explorers, and throw them away.

    Parameters
    ----------
    course : str
        Course id; one without a shop has nothing to rehearse.
    shell : IPython shell
        Formats what is shown, as it will for a student.
    """
    from ecrm_helpers import cases  # noqa: PLC0415 - a second to import, and part of the warm-up
    from ecrm_helpers.datasets import my_shop  # noqa: PLC0415
    from ecrm_helpers.widgets import LifecycleExplorer, RFMExplorer  # noqa: PLC0415

    shows = (
        lambda shop: cases.show(cases.status_table(shop)),
        lambda shop: cases.show(cases.hand_orders(shop)),
        lambda shop: cases.show(cases.class_means(shop)),
        lambda shop: cases.show(cases.group_table(shop)),
        lambda shop: cases.show(cases.stage_table(shop)),
        lambda shop: cases.show(cases.transition_table(shop)),
        lambda shop: cases.show(cases.value_table(shop)),
        lambda shop: cases.rfm_of(shop).query("frequency >= 2").head(),
        cases.vip_request,
        cases.budget_request,
        cases.coupon_offer,
    )
    explorers = (RFMExplorer, lambda shop: LifecycleExplorer(cases.lifecycle_base(shop), months=24))
    with suppress(EcrmError), redirect_stdout(io.StringIO()):
        shop = my_shop("rehearsal", course=course)
        for show in shows:
            with suppress(EcrmError):  # a shop without such a case
                shell.display_formatter.format(show(shop))
        for explorer in explorers:
            with suppress(EcrmError):
                made = explorer(shop)
                shell.display_formatter.format(made)
                made.layout.close()
                made.close()
