"""Real prose: the docstrings are always the same text, and a bad file gets a sentence."""

import sysconfig

import pytest

from helpers.language.prose import docstrings, read_text


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Return a folder that stands in for the sources of Python's library."""
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path) if name == "stdlib" else None)
    docstrings.cache_clear()
    yield tmp_path
    docstrings.cache_clear()


def test_docstrings_are_prose_and_always_the_same():
    text = docstrings(60_000)
    assert len(text) == 60_000 and text == docstrings.__wrapped__(60_000)
    assert docstrings(5_000) == text[:5_000]
    assert text.count(" the ") > 200 and "\0" not in text


def test_docstrings_come_from_modules_classes_and_functions(library):
    (library / "b.py").write_text('"""Second."""\nasync def f():\n    """Fourth."""\n')
    (library / "a.py").write_text('"""First."""\nclass C:\n    """Third."""\n    x = """none"""\n')
    (library / "Z.py").write_text('"""Not this one."""\n')
    assert docstrings() == "First.\n\nThird.\n\nSecond.\n\nFourth."
    assert docstrings(8) == "First.\n\n"


def test_files_are_read_and_never_run(library):
    (library / "a.py").write_text('"""Only read."""\nraise SystemExit\n')
    assert docstrings() == "Only read."


@pytest.mark.parametrize("source", [None, "x = 1\n"])
def test_a_python_without_library_sources(library, source):
    if source is not None:
        (library / "a.py").write_text(source)
    with pytest.raises(
        ValueError, match=r"This Python has no library sources in .*: use `read_text` on a file\."
    ):
        docstrings()


def test_a_text_comes_as_it_stands(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("\ufeffnaïve 🙂\r\nsecond\n".encode())
    assert read_text(path) == read_text(str(path)) == "naïve 🙂\nsecond\n"
    assert read_text(path, least=15) == read_text(path)


def test_home_is_understood(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "text.txt").write_text("text")
    assert read_text("~/text.txt") == "text"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PNG\0\1\2", r"text\.txt is a binary file, or a text in UTF-16: save a text as UTF-8 first\.$"),
        ("naïve".encode("utf-16"), r"or a text in UTF-16: save a text as UTF-8 first\.$"),
        ("naïve".encode("utf-16-be"), r"or a text in UTF-16: save a text as UTF-8 first\.$"),
        ("读书".encode("utf-16"), r"text\.txt is not UTF-8 \(byte 0\): save it as UTF-8 first\.$"),
        (b"caf\xe9", r"text\.txt is not UTF-8 \(byte 3\): save it as UTF-8 first\.$"),
        (b"", r"text\.txt is empty\.$"),
        (b" \n\n", r"text\.txt is empty\.$"),
        (b"short", r"text\.txt has 5 characters, and at least 10 are needed\.$"),
    ],
)
def test_a_bad_file_gets_a_sentence(tmp_path, data, says):
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=says):
        read_text(path, least=10)


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere\.txt cannot be read: No such file or directory\.$"):
        read_text(tmp_path / "nowhere.txt")
    with pytest.raises(ValueError, match=r"cannot be read: .+\.$"):
        read_text(tmp_path)
