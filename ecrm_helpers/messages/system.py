"""Why the operating system refuses a file or a folder."""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中间有一段是文件，不是文件夹",
    errno.EEXIST: "同名的文件已经有了",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "这里只能读，不能写",
    errno.ENAMETOOLONG: "名字太长",
    errno.EBUSY: "正在被别的程序使用",
    errno.EMFILE: "打开的文件太多",
    errno.EINVAL: "名字里有不能用的字符",
    errno.EIO: "磁盘读写出错",
    errno.EXDEV: "不在同一个磁盘上",
}


def why(error: OSError) -> str:
    """Say why, in Chinese where the reason is a usual one.

    Examples
    --------
    >>> why(PermissionError(errno.EACCES, "Permission denied"))
    '没有权限'
    """
    return _REASONS.get(error.errno or 0) or str(error.strerror or error)
