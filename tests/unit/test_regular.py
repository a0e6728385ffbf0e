"""What lies inside of a folder, told by the texts of paths alone."""

from __future__ import annotations

import ntpath

import pytest

from mnlint import regular

INSIDE = [
    ("/a", "/a", True),
    ("/a/b", "/a", True),
    ("/ab", "/a", False),
    ("/a", "/a/b", False),
    ("/a", "/", True),
    ("/", "/", True),
    ("/A/b", "/a", False),
]
ON_WINDOWS = [
    (r"C:\a\b", r"C:\a", True),
    (r"c:\A\b", r"C:\a", True),
    (r"C:\a", "C:\\", True),
    ("C:/a/b", r"C:\a", True),
    (r"C:\ab", r"C:\a", False),
    (r"D:\a", r"C:\a", False),
]


@pytest.mark.parametrize(("path", "folder", "wanted"), INSIDE)
def test_what_lies_inside(path: str, folder: str, wanted: bool) -> None:
    assert regular.is_inside(path, folder) is wanted


@pytest.mark.parametrize(("path", "folder", "wanted"), ON_WINDOWS)
def test_on_windows_capitals_are_all_the_same(
    path: str, folder: str, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as as_there:
        as_there.setattr("mnlint.regular.os.path", ntpath)
        found = regular.is_inside(path, folder)
    assert found is wanted
