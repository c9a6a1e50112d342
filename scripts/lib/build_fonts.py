# SPDX-License-Identifier: AGPL-3.0-only
"""Cut the certificate fonts out of Noto CJK.

usage: build_fonts.py --cache DIRECTORY --output DIRECTORY [--source DIRECTORY]

A certificate embeds its fonts.  A face of Noto CJK holds 65 000 glyphs as CFF, which
costs a WeasyPrint document a third of its time and most of its size.  The subset has
GB 2312, Latin, Greek, Cyrillic and the symbols of units and mathematics, as TrueType.
Rare characters (names outside GB 2312) fall back to Noto CJK itself.

The families are called "Metrology Sans SC" and "Metrology Serif SC": the licence of
Noto (SIL OFL 1.1) wants another name for a changed font.  Built once per source font
and kept in the cache; never committed.
"""

import argparse
import glob
import hashlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

#: (family, style, file of the source); all hold the Simplified Chinese face.
FACES = [
    ("Metrology Sans SC", "Regular", "NotoSansCJK-Regular.ttc"),
    ("Metrology Sans SC", "Bold", "NotoSansCJK-Bold.ttc"),
    ("Metrology Serif SC", "Regular", "NotoSerifCJK-Regular.ttc"),
    ("Metrology Serif SC", "Bold", "NotoSerifCJK-Bold.ttc"),
]
FEATURES = ["ccmp", "kern", "locl", "mark", "mkmk"]
#: Units per em are 1000; half a unit is below what any printer shows.
MAX_ERROR = 0.5
#: Change it when the built fonts change for another reason than this file's text.
LICENCE = "This font is licensed under the SIL Open Font License, Version 1.1."


def characters():
    """Return the code points of the subset."""
    wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    wanted |= set(range(0x370, 0x400)) | set(range(0x400, 0x460))
    # general punctuation, super- and subscripts, letterlike, numerals, arrows,
    # mathematics, enclosed, boxes, shapes, CJK punctuation, square units, full width
    for first, last in [
        (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x218F),
        (0x2190, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x257F), (0x25A0, 0x2606),
        (0x2640, 0x2642), (0x2713, 0x2718), (0x3000, 0x303F), (0x3200, 0x33FF),
        (0xFF00, 0xFFEF),
    ]:  # fmt: skip
        wanted |= set(range(first, last + 1))
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                wanted.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return wanted


def find_source(name, directory=None):
    """Return the path of a font file, or None."""
    roots = [directory] if directory else ["/usr/share/fonts", "/usr/local/share/fonts"]
    for root in roots:
        for path in glob.glob(os.path.join(root, "**", name), recursive=True):
            return Path(path)
    return None


def simplified_chinese(path):
    """Return the number of the Simplified Chinese face in a collection."""
    from fontTools.ttLib import TTCollection

    with TTCollection(str(path), lazy=True) as collection:
        for number, font in enumerate(collection.fonts):
            family = font["name"].getDebugName(1) or ""
            if family.endswith((" SC", "SC Bold")) or " SC" in family:
                if "Mono" not in family:
                    return number
    raise SystemExit(f"{path} holds no face for Simplified Chinese")


def to_truetype(font):
    """Replace the cubic outlines (CFF) of ``font`` by quadratic ones (glyf)."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order = font.getGlyphOrder()
    glyph_set = font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = glyphs
    glyf.compile(font)
    for name in order:
        advance, _bearing = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyphs[name], "xMin", 0))
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for attribute, value in {
        "maxZones": 1, "maxTwilightPoints": 0, "maxStorage": 0, "maxFunctionDefs": 0,
        "maxInstructionDefs": 0, "maxStackElements": 0, "maxSizeOfInstructions": 0,
        "maxComponentElements": 0,
    }.items():  # fmt: skip
        setattr(maxp, attribute, value)
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\000\001\000\000"


def rename(font, family, style):
    """Give ``font`` its own name in every language and platform."""
    names = font["name"]
    kept = {0: names.getDebugName(0) or "", 5: names.getDebugName(5) or "Version 1.0"}
    postscript = f"{family.replace(' ', '')}-{style}"
    names.names = []
    for number, text in {
        **kept, 1: family, 2: style, 3: f"{kept[5]};{postscript}",
        4: f"{family} {style}", 6: postscript, 13: LICENCE,
    }.items():  # fmt: skip
        names.setName(text, number, 3, 1, 0x409)


def build(job):
    """Build one face; return its path."""
    family, style, source, target = job
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(str(source), fontNumber=simplified_chinese(source), lazy=True)
    options = subset.Options(
        layout_features=FEATURES,
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        drop_tables=["BASE", "vhea", "vmtx", "DSIG", "meta", "VORG"],
        name_IDs=["*"],
        desubroutinize=True,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    to_truetype(font)
    rename(font, family, style)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    font.save(str(temporary))
    temporary.replace(target)
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--source", help="directory of the Noto CJK files")
    options = parser.parse_args()
    program = hashlib.sha256(Path(__file__).read_bytes())
    jobs, ready = [], {}
    for family, style, name in FACES:
        file_name = f"{family.replace(' ', '')}-{style}.ttf"
        source = find_source(name, options.source)
        if source is None:
            # An offline machine with a filled cache needs no source.
            cached = sorted(options.cache.glob(f"*/{file_name}"))
            if not cached:
                sys.exit(f"{name} not found; install the package fonts-noto-cjk")
            ready[file_name] = cached[-1]
            continue
        stat = source.stat()
        key = program.copy()
        key.update(f"{name}:{stat.st_size}".encode())
        directory = options.cache / key.hexdigest()[:16]
        directory.mkdir(parents=True, exist_ok=True)
        ready[file_name] = directory / file_name
        if not ready[file_name].exists():
            jobs.append((family, style, source, ready[file_name]))
    if jobs:
        print(f"    building {len(jobs)} faces, once", file=sys.stderr, flush=True)
        with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
            for path in pool.map(build, jobs):
                size = path.stat().st_size // 1024
                print(f"    {path.name} {size} KiB", file=sys.stderr, flush=True)
    options.output.mkdir(parents=True, exist_ok=True)
    for file_name, path in ready.items():
        target = options.output / file_name
        if not target.exists() or target.stat().st_size != path.stat().st_size:
            temporary = target.with_suffix(".tmp")
            temporary.write_bytes(path.read_bytes())
            temporary.replace(target)


if __name__ == "__main__":
    main()
