"""Quiz on a saved page: each kind by mouse and keyboard, hint, hint, answer, and the score."""

from __future__ import annotations

import pytest

from ecrm_helpers.widgets import Quiz, choice, matching, numeric, ordering, save_html

pytestmark = pytest.mark.browser

HINTS = ["第一个提示", "第二个提示"]


@pytest.fixture
def quiz(watched, tmp_path):
    """Open one quiz of the given questions on a page of its own."""
    pages = []

    def show(*items, **options):
        opened = watched(**options)
        page = opened.__enter__()
        pages.append(opened)
        page.goto(save_html(Quiz(items), tmp_path / "quiz.html").as_uri())
        return page

    yield show
    for opened in pages:
        opened.__exit__(None, None, None)


def check(page):
    page.get_by_role("button", name="看看对不对").click()
    return page.locator(".ecrm-item > .ecrm-say").last.inner_text()


def test_choice(quiz):
    page = quiz(choice("一加一？", ["一", "二", "三"], "二", explain="一加一等于二。"))
    assert "先选" in check(page)
    page.get_by_label("A. 一").check()
    assert "还不对" in check(page)
    page.get_by_label("B. 二").check()
    told = check(page)
    assert "答对了" in told
    assert "一加一等于二。" in told
    assert page.get_by_role("button", name="看看对不对").count() == 0


def test_choice_of_several(quiz):
    page = quiz(choice("偶数？", ["一", "二", "三", "四"], ["二", "四"]))
    page.get_by_label("B. 二").check()
    assert "还不对" in check(page)
    page.get_by_label("D. 四").check()
    assert "答对了" in check(page)


@pytest.mark.parametrize(
    "typed", ["1250", "１２５０", "1,250", "1，250 ", "1250 元", "¥1250", "1250.0", "+1250"]
)
def test_numeric_reads_what_people_type(quiz, typed):
    page = quiz(numeric("多少？", 1250, unit="元"))
    page.get_by_role("textbox").fill(typed)
    assert "答对了" in check(page)


@pytest.mark.parametrize(
    ("typed", "answer"), [("１５．０％", 15), ("15%", 15), ("−3.5", -3.5), ("—3.5", -3.5), (".5", 0.5)]
)
def test_numeric_reads_signs_and_percent(quiz, typed, answer):
    page = quiz(numeric("多少？", answer, unit="%"))
    page.get_by_role("textbox").fill(typed)
    assert "答对了" in check(page)


@pytest.mark.parametrize(
    ("typed", "unit"),
    [("12 单", "单"), ("１２万元", "万元"), ("12万", "万元"), ("12 笔", "笔"), ("12。0", "元"), ("12", "")],
)
def test_numeric_reads_its_own_unit_and_a_chinese_full_stop(quiz, typed, unit):
    page = quiz(numeric("多少？", 12, unit=unit))
    page.get_by_role("textbox").fill(typed)
    assert "答对了" in check(page)


@pytest.mark.parametrize("typed", ["", "十五", "1.2.3", "1e5", "12-3", "%"])
def test_numeric_says_so_when_it_cannot_read(quiz, typed):
    page = quiz(numeric("多少？", 15))
    page.get_by_role("textbox").fill(typed)
    assert "没看懂这个数" in check(page)


@pytest.mark.parametrize(("typed", "word"), [("14.9", "答对了"), ("15.1", "答对了"), ("15.2", "还不对")])
def test_numeric_tolerance_includes_its_ends(quiz, typed, word):
    page = quiz(numeric("多少？", 15, 0.1))
    page.get_by_role("textbox").fill(typed)
    page.keyboard.press("Enter")
    assert word in page.locator(".ecrm-item > .ecrm-say").last.inner_text()


def items_shown(page):
    return page.locator(".ecrm-order li span").all_inner_texts()


RIGHT = ["获取", "留存", "忠诚", "挽回"]


def test_ordering_by_keyboard(quiz):
    page = quiz(ordering("排好", RIGHT))
    assert items_shown(page) != RIGHT
    for place, item in enumerate(RIGHT):
        while items_shown(page).index(item) > place:
            page.get_by_role("button", name=f"上移：{item}").focus()
            page.keyboard.press("Enter")
    assert items_shown(page) == RIGHT
    assert "移到第" in page.locator(".ecrm-item .ecrm-note").inner_text()
    assert "答对了" in check(page)


def test_ordering_by_dragging(quiz):
    page = quiz(ordering("排好", ["先", "后"]))
    assert items_shown(page) == ["后", "先"]
    page.locator(".ecrm-order li").nth(0).drag_to(page.locator(".ecrm-order li").nth(1))
    assert items_shown(page) == ["先", "后"]
    assert "答对了" in check(page)


def test_ordering_untouched_is_checked_as_it_stands(quiz):
    assert "还不对" in check(quiz(ordering("排好", RIGHT)))


def test_matching(quiz):
    page = quiz(matching("连起来", {"R": "时间", "F": "次数"}))
    page.get_by_label("R").select_option("次数")
    assert "每一行都要选" in check(page)
    page.get_by_label("F").select_option("时间")
    assert "还不对" in check(page)
    page.get_by_label("R").select_option("时间")
    page.get_by_label("F").select_option("次数")
    assert "答对了" in check(page)


def test_hint_hint_answer(quiz):
    page = quiz(numeric("多少？", 7, hints=HINTS, explain="因为七。"))
    answer = page.get_by_role("button", name="看答案")
    assert answer.count() == 0
    page.get_by_role("button", name="提示 1").click()
    assert HINTS[0] in page.locator(".ecrm-item").inner_text()
    assert HINTS[1] not in page.locator(".ecrm-item").inner_text()
    assert answer.count() == 0
    page.get_by_role("button", name="提示 2").click()
    answer.click()
    told = page.locator(".ecrm-item > .ecrm-say").last.inner_text()
    assert "答案：7" in told
    assert "因为七。" in told
    assert "1 题答对 0 题" in page.locator(".ecrm-score").inner_text()


def test_score_and_starting_over(quiz):
    page = quiz(numeric("甲", 1), numeric("乙", 2))
    first, second = page.get_by_role("textbox").all()
    first.fill("1")
    page.get_by_role("button", name="看看对不对").first.click()
    assert "2 题答对 1 题" in page.locator(".ecrm-score").inner_text()
    second.fill("2")
    page.get_by_role("button", name="看看对不对").click()
    assert "全部答对" in page.locator(".ecrm-score").inner_text()
    page.get_by_role("button", name="再做一遍").click()
    assert "2 题答对 0 题" in page.locator(".ecrm-score").inner_text()
    assert first.input_value() == ""


def test_ordering_can_be_done_again_with_the_arrows(quiz):
    page = quiz(ordering("排好", ["先", "后"]), has_touch=True, viewport={"width": 390, "height": 844})
    for _ in range(2):
        page.get_by_role("button", name="上移：先").tap()
        assert items_shown(page) == ["先", "后"]
        assert "答对了" in check(page)
        assert page.locator(".ecrm-order button:enabled").count() == 0
        page.get_by_role("button", name="再做一遍").tap()
        assert items_shown(page) == ["后", "先"]


def test_another_questions_verdict_is_not_told_again(quiz):
    page = quiz(numeric("甲", 1), numeric("乙", 2))
    page.get_by_role("textbox", name="甲").fill("1")
    page.get_by_role("button", name="看看对不对").first.click()
    page.evaluate("""() => {
      window.told = 0;
      new MutationObserver(() => { window.told += 1; }).observe(
        document.querySelector(".ecrm-item [role=status]"), { childList: true, subtree: true });
    }""")
    page.get_by_role("textbox", name="乙").press_sequentially("345")
    assert page.evaluate("new Promise((done) => setTimeout(() => done(window.told), 20))") == 0


def test_radio_buttons_of_two_quizzes_stay_apart(watched, tmp_path):
    quizzes = [Quiz([choice(f"题{i}？", ["一", "二"], "一")]) for i in range(2)]
    with watched() as page:
        page.add_init_script("performance.now = () => 1")  # browsers that blur the clock
        page.goto(save_html(quizzes, tmp_path / "two.html").as_uri())
        page.get_by_label("A. 一").nth(0).check()
        page.get_by_label("B. 二").nth(1).check()
        assert page.get_by_label("A. 一").nth(0).is_checked()


TWO_VIEWS = """async () => {
  const saved = JSON.parse(document.getElementById("ecrm-state").textContent);
  const { state } = saved.state.m0;
  const heard = [];
  const model = {
    get: (key) => state[key],
    set(key, value) { state[key] = value; heard.forEach(([on, f]) => on === `change:${key}` && f()); },
    on: (event, f) => heard.push([event, f]), off() {}, save_changes() {},
  };
  const script = new Blob(Object.values(saved.scripts), { type: "text/javascript" });
  const { default: widget } = await import(URL.createObjectURL(script));
  document.querySelector("main").replaceChildren();
  for (const id of ["first", "second"]) {
    const el = Object.assign(document.createElement("div"), { id });
    document.querySelector("main").append(el);
    await widget.render({ model, el });
  }
}"""


def test_two_views_of_one_quiz_show_the_same(watched, tmp_path):
    with watched() as page:
        page.goto(save_html(Quiz([numeric("甲", 1), numeric("乙", 2)]), tmp_path / "q.html").as_uri())
        page.evaluate(TWO_VIEWS)
        page.locator("#first").get_by_role("textbox", name="甲").fill("1")
        page.locator("#first").get_by_role("button", name="看看对不对").first.click()
        for view in ("#first", "#second"):
            assert page.locator(view).get_by_role("textbox", name="甲").input_value() == "1"
            assert "2 题答对 1 题" in page.locator(f"{view} .ecrm-score").inner_text()


def test_every_field_has_a_name_and_a_finger_sized_target(quiz):
    page = quiz(
        choice("甲？", ["一", "二"], "一", hints=HINTS),
        numeric("乙？", 1),
        ordering("丙？", RIGHT),
        matching("丁？", {"R": "时间", "F": "次数"}),
        viewport={"width": 390, "height": 844},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.locator(".ecrm :is(button, select, input[type=text], .ecrm-option)").evaluate_all(
        "(all) => all.filter((e) => e.offsetParent).map((e) => e.offsetHeight)"
    )
    assert min(heights) >= 40
    assert page.get_by_role("textbox", name="乙？").count() == 1
    assert page.get_by_role("group", name="丙？").count() == 1


def test_question_text_is_text_not_markup(quiz):
    page = quiz(choice("<img src=x onerror=alert(1)>", ["<b>甲</b>", "乙"], "乙"))
    assert page.locator(".ecrm img, .ecrm-option b").count() == 0
    assert "<img src=x" in page.locator(".ecrm-ask").inner_text()
