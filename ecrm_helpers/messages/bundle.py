"""What the student bundle says, and what building it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

README = """# 客户关系管理课件 · 学生用

这里有课文、练习和数据，都可以随便运行、随便改：改坏了，重新解压一份就行。

## 在学校的 JupyterHub 上

打开 `notebooks` 文件夹里自己课程的首页 `home.ipynb`，照着往下读。

## 在自己的电脑上

先装好 Python 3.11 或更新的版本，再在这个文件夹里打开终端，逐行运行：

Windows：

```
py -m venv .venv
.venv\\Scripts\\activate
pip install -c requirements.txt .
jupyter lab --ServerApp.root_dir=. notebooks/crossborder_crm/home.ipynb
```

macOS 和 Linux：

```
python3 -m venv .venv
source .venv/bin/activate
pip install -c requirements.txt .
jupyter lab --ServerApp.root_dir=. notebooks/crossborder_crm/home.ipynb
```

装了 Anaconda 的，也可以运行 `conda env create -f environment.yml`，再 `conda activate ecrm`。

## 做练习

1. 练习在 `exercises` 文件夹里。第一次运行会问你的学号：每个人的店铺数据不一样，请填自己的。
2. 只改写着“改这里”的地方，改完运行那一格，再运行下面一格，看到“已记录”才算记下。
3. 保存，然后按老师说的方式提交。**记录不等于提交。**

卡住了先看红字上面那行中文和“提示”，再问同学或老师。

## 版权

文字以 CC BY 4.0 发布（见 LICENSE-CONTENT），代码以 MIT 发布（见 LICENSE）。课文里的店铺和客户都是虚构的。
"""


def folder_in_use(folder: Path) -> str:
    """Refuse to replace what is not a bundle."""
    return f"{folder} 里已有别的东西，不是以前生成的学生资料包。\n提示：换一个新的 --out。"


def faults(found: Sequence[str]) -> str:
    """List why a bundle may not go out."""
    listed = "\n".join(f"  {one}" for one in found)
    return f"学生资料包没有生成，里面会有：\n{listed}\n提示：改好源文件再运行一次；原来的资料包没有动。"


def leak(file: str, what: str) -> str:
    """Say that a file shows students what is not for them."""
    return f"{file}：不该给学生的内容（{what}）"


def dead_link(file: str, link: str) -> str:
    """Say that a link leads nowhere inside the bundle."""
    return f"{file}：链接 {link} 在资料包里找不到"


def done(count: int, folder: Path, archive: Path | None) -> str:
    """Say what was built."""
    packed = f"\n压缩包：{archive}" if archive else ""
    return f"学生资料包已生成，共 {count} 个文件：{folder}{packed}"
