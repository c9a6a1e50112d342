# SPDX-License-Identifier: AGPL-3.0-only
"""Fonts: one font configuration per process, with the fonts of ``report_font_dir``.

Chinese text needs a CJK font whatever the template asks for.  A directory of
TrueType files (families "Metrology Sans SC" and "Metrology Serif SC") makes documents
smaller and faster than the large collections of the system; without it, and for rare
characters, Noto CJK and DejaVu are the fallback.
"""

import ctypes
import logging
import threading
from pathlib import Path

from weasyprint.text.ffi import ffi, fontconfig, pangoft2
from weasyprint.text.fonts import FontConfiguration

from .options import get_option

_logger = logging.getLogger(__name__)

#: Pango and fontconfig objects are shared by all documents of the process, and they
#: are not safe under threads: everything that lays out text holds this lock.
RENDER_LOCK = threading.RLock()

SANS = "Metrology Sans SC"
SERIF = "Metrology Serif SC"
#: Layouts of empty lines are cached on the font configuration, one per style.
MAX_CACHED_STRUTS = 5000

# Families appended to every request in a language that is not written with other
# Han shapes.  "strong" ranks them before whatever fontconfig would guess.  Where the
# system's configuration names Noto CJK already, the smaller font goes before it: the
# glyphs are the same.
_FALLBACK = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <match target="pattern">
    {other_languages}
    <test name="family" qual="any" compare="eq"><string>serif</string></test>
    <edit name="family" mode="append" binding="strong">
      <string>{serif}</string><string>Noto Serif CJK SC</string>
    </edit>
  </match>
  <match target="pattern">
    {other_languages}
    <edit name="family" mode="append" binding="strong">
      <string>{sans}</string><string>Noto Sans CJK SC</string>
    </edit>
  </match>
  <match target="pattern">
    <test name="family" compare="eq"><string>Noto Serif CJK SC</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>{serif}</string></edit>
  </match>
  <match target="pattern">
    <test name="family" compare="eq"><string>Noto Sans CJK SC</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>{sans}</string></edit>
  </match>
</fontconfig>
"""
_OTHER_LANGUAGES = "".join(
    f'<test name="lang" compare="not_contains"><string>{lang}</string></test>'
    for lang in ("ja", "ko", "zh-tw", "zh-hk", "zh-mo")
)

_configuration = None


def font_directory():
    """Return the directory of the report fonts, or None."""
    value = get_option("report_font_dir", "report_weasyprint")
    if not value:
        return None
    path = Path(value).expanduser()
    if not path.is_dir():
        _logger.info("report_font_dir %s is not a directory", path)
        return None
    return path


def font_files():
    """Return the font files of the report font directory."""
    directory = font_directory()
    if directory is None:
        return []
    return sorted(
        path for path in directory.iterdir() if path.suffix.lower() in (".ttf", ".otf")
    )


def font_configuration():
    """Return the font configuration of this process; call it under RENDER_LOCK."""
    global _configuration
    if _configuration is None:
        _configuration = _build()
    if len(_configuration.strut_layouts) > MAX_CACHED_STRUTS:
        _configuration.strut_layouts.clear()
    return _configuration


def _current_configuration():
    """Return fontconfig's configuration of this process (WeasyPrint binds no way)."""
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        _logger.info("libfontconfig.so.1 not found: Chinese falls back as it likes")
        return None
    library.FcConfigGetCurrent.restype = ctypes.c_void_p
    return ffi.cast("FcConfig *", library.FcConfigGetCurrent() or 0) or None


def _build():
    configuration = FontConfiguration()
    native = configuration._config
    xml = _FALLBACK.format(sans=SANS, serif=SERIF, other_languages=_OTHER_LANGUAGES)
    # Pango takes substitutions from the process's current configuration, and only the
    # files from the document's own.
    current = _current_configuration()
    if current:
        fontconfig.FcConfigParseAndLoadFromMemory(current, xml.encode(), True)
    for path in font_files():
        if not fontconfig.FcConfigAppFontAddFile(native, str(path).encode()):
            _logger.info("the font %s cannot be used", path)
    pangoft2.pango_fc_font_map_config_changed(
        ffi.cast("PangoFcFontMap *", configuration.font_map)
    )
    return configuration
