"""A zip of some files that comes out the same whenever it is made, and the book as one.

What it leaves out: what is in an EPUB, which is such a zip too; that is in `offline_epub`.
"""

from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MIMETYPE = "mimetype"  # an EPUB begins with this file, and it may not be compressed


def pack(path, files, date):
    """Write a zip of {name: bytes}, every file with the date "YYYY-MM-DD" and no time of day."""
    when = (*map(int, date.split("-")), 0, 0, 0)
    with ZipFile(path, "w") as packed:
        for name, data in files.items():
            entry = ZipInfo(name, when)
            entry.compress_type = ZIP_STORED if name == MIMETYPE else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16  # else nobody may read what Unix unpacks
            packed.writestr(entry, data, compresslevel=9)


def write_zip(path, html, folder, date):
    """Write the built book in `html` as a zip of one folder: its index.html opens from a file."""
    found = sorted(each for each in html.rglob("*") if each.is_file())
    pack(path, {f"{folder}/{each.relative_to(html).as_posix()}": each.read_bytes() for each in found}, date)
