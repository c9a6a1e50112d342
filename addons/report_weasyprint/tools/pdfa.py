# SPDX-License-Identifier: AGPL-3.0-only
"""A check of PDF files against the rules of PDF/A-2 and PDF/A-3 (ISO 19005-2, -3).

No validator can be had as a Python package, so this one checks what a program that
makes or changes files can get wrong: identification, metadata, output intent, fonts,
colours, files, annotations, actions, encryption.  It is strict and small, and no
substitute for a full validator before a new layout goes into use: an empty answer means
that none of *these* rules is broken.

Pure Python with pikepdf; clauses are those of ISO 19005-3:2012.
"""

import io
import re
from datetime import datetime
from typing import NamedTuple

import pikepdf
from lxml import etree

NS_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NS_ID = "http://www.aiim.org/pdfa/ns/id/"
NS_DC = "http://purl.org/dc/elements/1.1/"
NS_PDF = "http://ns.adobe.com/pdf/1.3/"
NS_XMP = "http://ns.adobe.com/xap/1.0/"

FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/JavaScript",
    "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/SetState", "/NoOp",
}  # fmt: skip
NAMED_ACTIONS = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
FORBIDDEN_ANNOTATIONS = {"/3D", "/Sound", "/Screen", "/Movie"}
RELATIONSHIPS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}
FILTERS = {
    "/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode", "/RunLengthDecode",
    "/CCITTFaxDecode", "/JBIG2Decode", "/DCTDecode", "/JPXDecode", "/Crypt",
}  # fmt: skip
BLEND_MODES = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
    "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference",
    "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
INTENTS = {
    "/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation",
}  # fmt: skip
#: Operators that set a colour, and the device colour space they need.
COLOUR_OPERATORS = {
    "rg": "/DeviceRGB", "RG": "/DeviceRGB", "k": "/DeviceCMYK", "K": "/DeviceCMYK",
    "g": "/DeviceGray", "G": "/DeviceGray",
}  # fmt: skip
#: Annotation flags (ISO 32000-1, table 165).
INVISIBLE, HIDDEN, PRINT, NO_VIEW, TOGGLE_NO_VIEW = 1, 2, 4, 32, 256


class Finding(NamedTuple):
    """One broken rule: number of the clause, place in the file, sentence."""

    rule: str
    where: str
    message: str

    def __str__(self):
        return f"{self.rule} {self.where}: {self.message}"


def check(pdf, part=3):
    """Return the findings for ``pdf``; an empty list means nothing was found.

    :param bytes pdf: the file
    :param int part: the part of ISO 19005 it should follow, 2 or 3
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return _Check(pdf, document, part).run()
    except pikepdf.PdfError as error:
        return [Finding("6.1", "file", f"cannot be read as PDF: {error}")]


class _Check:
    def __init__(self, data, document, part):
        self.data = data
        self.document = document
        self.root = document.Root
        self.part = part
        self.findings = []
        self.profile_colours = set()

    def run(self):
        self.file()
        self.metadata()
        self.output_intent()
        self.catalog()
        for number, item in enumerate(self.document.objects):
            self.object(item, number)
        for number, page in enumerate(self.document.pages, 1):
            self.page(page, f"page {number}")
        self.embedded_files()
        return self.findings

    def add(self, rule, where, message):
        finding = Finding(rule, where, message)
        if finding not in self.findings:
            self.findings.append(finding)

    # -- file, metadata, intent ------------------------------------------------

    def file(self):
        if not re.match(rb"%PDF-1\.[0-7]\s", self.data[:16]):
            self.add("6.1.2", "header", "does not begin with %PDF-1.n")
        second = self.data[:64].split(b"\n")[1:2] or [b""]
        if not re.match(rb"%[\x80-\xff]{4}", second[0]):
            self.add("6.1.2", "header", "no comment with four bytes above 127")
        if self.document.is_encrypted or "/Encrypt" in self.document.trailer:
            self.add("6.1.3", "trailer", "the file is encrypted")
        if len(self.document.trailer.get("/ID", [])) != 2:
            self.add("6.1.3", "trailer", "no file identifier")

    def metadata(self):
        stream = self.root.get("/Metadata")
        if stream is None:
            return self.add("6.6.2", "catalog", "no XMP metadata")
        if stream.get("/Type") != "/Metadata" or stream.get("/Subtype") != "/XML":
            self.add("6.6.2", "metadata", "the stream is not typed as Metadata/XML")
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            xmp = etree.fromstring(stream.read_bytes().strip(b"\0 \n\r"), parser)
        except etree.XMLSyntaxError as error:
            return self.add("6.6.2", "metadata", f"is not XML: {error}")
        part, conformance = (
            _property(xmp, NS_ID, name) for name in ("part", "conformance")
        )
        if part != str(self.part):
            self.add("6.6.4", "metadata", f"pdfaid:part is {part}, not {self.part}")
        if conformance not in ("A", "B", "U"):
            self.add("6.6.4", "metadata", f"pdfaid:conformance is {conformance}")
        self.information(xmp)
        return None

    def information(self, xmp):
        info = self.document.trailer.get("/Info", {})
        pairs = {
            "/Title": (NS_DC, "title"), "/Subject": (NS_DC, "description"),
            "/Keywords": (NS_PDF, "Keywords"), "/Producer": (NS_PDF, "Producer"),
            "/Creator": (NS_XMP, "CreatorTool"), "/Author": (NS_DC, "creator"),
            "/CreationDate": (NS_XMP, "CreateDate"),
            "/ModDate": (NS_XMP, "ModifyDate"),
        }  # fmt: skip
        for key, (namespace, name) in pairs.items():
            if key not in info:
                continue
            told, known = str(info[key]), _property(xmp, namespace, name)
            if key.endswith("Date"):
                same = known is not None and _same_date(told, known)
            else:
                same = told == (known or "")
            if not same:
                self.add(
                    "6.6.2", "metadata", f"{key[1:]} is {told!r}, in XMP {known!r}"
                )

    def output_intent(self):
        intents = [
            intent
            for intent in self.root.get("/OutputIntents", [])
            if intent.get("/S") == "/GTS_PDFA1"
        ]
        if not intents:
            self.add("6.2.3", "catalog", "no output intent for PDF/A")
            return
        profiles = {
            intent.DestOutputProfile.objgen
            for intent in intents
            if "/DestOutputProfile" in intent
        }
        if len(profiles) != 1:
            self.add("6.2.3", "output intent", "needs exactly one colour profile")
            return
        profile = intents[0].DestOutputProfile
        content = profile.read_bytes()
        spaces = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
        components = int(profile.get("/N", 0))
        if content[36:40] != b"acsp" or content[16:20] != spaces.get(components):
            self.add("6.2.3", "output intent", "the colour profile is not what it says")
        self.profile_colours = {
            1: {"/DeviceGray"},
            3: {"/DeviceRGB", "/DeviceGray"},
            4: {"/DeviceCMYK", "/DeviceGray"},
        }.get(components, set())

    def catalog(self):
        for key in ("/AA", "/Requirements"):
            if key in self.root:
                self.add("6.5.2", "catalog", f"{key} is not allowed")
        if "/JavaScript" in self.root.get("/Names", {}):
            self.add("6.5.1", "catalog", "names JavaScript")
        form = self.root.get("/AcroForm", {})
        if bool(form.get("/NeedAppearances", False)):
            self.add("6.4.1", "form", "NeedAppearances must not be true")
        if "/XFA" in form:
            self.add("6.4.2", "form", "XFA is not allowed")
        if "/OCProperties" in self.root:
            default = self.root.OCProperties.get("/D", {})
            if "/Name" not in default:
                self.add("6.9", "layers", "the default configuration has no name")
            if "/AS" in default:
                self.add("6.9", "layers", "AS is not allowed")

    # -- objects ---------------------------------------------------------------

    def object(self, item, number):
        where = f"object {number + 1}"
        if isinstance(item, pikepdf.Stream):
            self.stream(item, where)
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            return
        kind, action = item.get("/Type"), item.get("/S")
        if kind == "/Font":
            self.font(item, where)
        elif kind == "/ExtGState":
            self.graphics_state(item, where)
        if "/Subtype" in item and item.get("/Subtype") == "/Image":
            self.image(item, where)
        if isinstance(action, pikepdf.Name) and kind in (None, "/Action"):
            if str(action) in FORBIDDEN_ACTIONS:
                self.add("6.5.1", where, f"the action {action} is not allowed")
            if str(action) == "/Named" and str(item.get("/N")) not in NAMED_ACTIONS:
                self.add("6.5.1", where, f"the action {item.get('/N')} is not allowed")

    def stream(self, item, where):
        for key in ("/F", "/FFilter", "/FDecodeParams"):
            if key in item:
                self.add("6.1.7.1", where, f"a stream must not have {key}")
        filters = item.get("/Filter", [])
        if isinstance(filters, pikepdf.Name):
            filters = [filters]
        for name in filters:
            if str(name) not in FILTERS:
                self.add("6.1.7.2", where, f"the filter {name} is not allowed")
        if item.get("/Subtype") == "/PS" or "/PS" in item:
            self.add("6.2.9", where, "PostScript is not allowed")

    def image(self, item, where):
        if bool(item.get("/Interpolate", False)):
            self.add("6.2.8", where, "an image must not be interpolated")
        for key in ("/Alternates", "/OPI"):
            if key in item:
                self.add("6.2.8", where, f"an image must not have {key}")
        if "/ColorSpace" in item:
            self.colour_space(item.ColorSpace, where)

    def colour_space(self, space, where):
        name = str(space) if isinstance(space, pikepdf.Name) else str(space[0])
        if name == "/Indexed":
            self.colour_space(space[1], where)
        elif name in ("/Separation", "/DeviceN"):
            self.colour_space(space[2], where)
        else:
            self.device_colour(name, where)

    def device_colour(self, name, where):
        if name.startswith("/Device") and name not in self.profile_colours:
            self.add("6.2.4.3", where, f"{name[1:]} does not fit the output intent")

    def graphics_state(self, item, where):
        for key in ("/TR", "/HTP"):
            if key in item:
                self.add("6.2.5", where, f"{key} is not allowed")
        if item.get("/TR2", pikepdf.Name.Default) != "/Default":
            self.add("6.2.5", where, "TR2 must be Default")
        modes = item.get("/BM", pikepdf.Name.Normal)
        for mode in [modes] if isinstance(modes, pikepdf.Name) else modes:
            if str(mode) not in BLEND_MODES:
                self.add("6.2.10", where, f"the blend mode {mode} is unknown")
        if "/RI" in item and str(item.RI) not in INTENTS:
            self.add("6.2.6", where, f"the rendering intent {item.RI} is unknown")

    def font(self, font, where):
        kind = str(font.get("/Subtype"))
        name = str(font.get("/BaseFont", "/(none)"))[1:]
        if kind == "/Type0":
            encoding = font.get("/Encoding")
            if isinstance(encoding, pikepdf.Name) and not str(encoding).startswith(
                "/Identity"
            ):
                self.add("6.2.11.3.3", where, f"{name}: CMap {encoding} not embedded")
            return
        if kind == "/Type3":
            return
        descriptor = font.get("/FontDescriptor", {})
        files = [
            k for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in descriptor
        ]
        if not files:
            self.add("6.2.11.4.1", where, f"the font {name} is not embedded")
        if kind == "/CIDFontType2" and "/CIDToGIDMap" not in font:
            self.add("6.2.11.3.2", where, f"{name} has no CIDToGIDMap")
        if kind in ("/CIDFontType0", "/CIDFontType2") and "/CIDSystemInfo" not in font:
            self.add("6.2.11.3.1", where, f"{name} has no CIDSystemInfo")

    # -- pages -----------------------------------------------------------------

    def page(self, page, where):
        if "/AA" in page:
            self.add("6.5.2", where, "additional actions are not allowed")
        if "/PresSteps" in page:
            self.add("6.10", where, "PresSteps are not allowed")
        self.content(page, where)
        self.resources(page.get("/Resources", {}), where, set())
        for annotation in page.get("/Annots", []):
            self.annotation(annotation, where)

    def content(self, holder, where):
        try:
            instructions = pikepdf.parse_content_stream(holder)
        except pikepdf.PdfError as error:
            self.add("6.2.2", where, f"the content cannot be read: {error}")
            return
        for operands, operator in instructions:
            name = str(operator)
            if name in COLOUR_OPERATORS:
                self.device_colour(COLOUR_OPERATORS[name], where)
            elif name in ("cs", "CS"):
                self.device_colour(str(operands[0]), where)
            elif name == "ri" and str(operands[0]) not in INTENTS:
                self.add("6.2.6", where, f"unknown rendering intent {operands[0]}")

    def resources(self, resources, where, seen):
        for name, form in dict(resources.get("/XObject", {})).items():
            if form.get("/Subtype") != "/Form" or form.objgen in seen:
                continue
            seen.add(form.objgen)
            if "/OPI" in form or "/Ref" in form:
                self.add("6.2.9", f"{where} {name}", "OPI and Ref are not allowed")
            self.content(form, f"{where} {name}")
            self.resources(form.get("/Resources", {}), f"{where} {name}", seen)

    def annotation(self, annotation, where):
        kind = str(annotation.get("/Subtype"))
        where = f"{where} annotation {kind[1:]}"
        if kind in FORBIDDEN_ANNOTATIONS:
            self.add("6.3.1", where, "this kind is not allowed")
        flags = int(annotation.get("/F", 0))
        if kind != "/Popup":
            if not flags & PRINT or flags & (
                INVISIBLE | HIDDEN | NO_VIEW | TOGGLE_NO_VIEW
            ):
                self.add("6.3.2", where, f"flags are {flags}: must print and show")
        if "/AA" in annotation:
            self.add("6.5.2", where, "additional actions are not allowed")
        if kind == "/Widget" and "/A" in annotation:
            self.add("6.4.1", where, "a field must not have an action")
        x1, y1, x2, y2 = (float(value) for value in annotation.get("/Rect", [0] * 4))
        appearance = annotation.get("/AP")
        if appearance is None:
            if kind not in ("/Popup", "/Link") and x1 != x2 and y1 != y2:
                self.add("6.3.3", where, "has no appearance")
            return
        if set(appearance.keys()) != {"/N"}:
            self.add("6.3.3", where, "the appearance may only have N")
        normal = appearance.get("/N")
        if isinstance(normal, pikepdf.Stream):
            self.content(normal, where)
            self.resources(normal.get("/Resources", {}), where, set())

    # -- files -----------------------------------------------------------------

    def embedded_files(self):
        associated = {item.objgen for item in self.root.get("/AF", [])}
        for page in self.document.pages:
            associated |= {item.objgen for item in page.get("/AF", [])}
        names = self.root.get("/Names", {}).get("/EmbeddedFiles")
        if names is None:
            return
        if self.part < 3:
            self.add("6.8", "files", "attached files need PDF/A-3")
        keys = []
        for name, specification in pikepdf.NameTree(names).items():
            keys.append(name)
            self.file_specification(specification, f"file {name}", associated)
        if len(set(keys)) != len(keys):
            self.add("6.8", "files", "two files have the same name")

    def file_specification(self, specification, where, associated):
        for key in ("/F", "/UF", "/EF", "/AFRelationship"):
            if key not in specification:
                self.add("6.8", where, f"{key} is missing")
        relationship = str(specification.get("/AFRelationship", "/Unspecified"))
        if relationship not in RELATIONSHIPS:
            self.add("6.8", where, f"the relationship {relationship} is unknown")
        if specification.objgen not in associated:
            self.add("6.8", where, "is not in an AF array")
        stream = specification.get("/EF", {}).get("/F")
        if stream is not None:
            if "/" not in str(stream.get("/Subtype", "/"))[1:]:
                self.add("6.8", where, "has no MIME type")
            if "/ModDate" not in stream.get("/Params", {}):
                self.add("6.8", where, "has no date of modification")


def _property(xmp, namespace, name):
    """Return the text of an XMP property, whichever way it is written."""
    for description in xmp.iter(f"{{{NS_RDF}}}Description"):
        value = description.get(f"{{{namespace}}}{name}")
        if value is not None:
            return value
        element = description.find(f"{{{namespace}}}{name}")
        if element is not None:
            texts = [item.text or "" for item in element.iter(f"{{{NS_RDF}}}li")]
            return ", ".join(texts) if texts else element.text
    return None


def _same_date(told, known):
    """Compare a date of the information dictionary with one of XMP."""
    match = re.match(
        r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?([+\-Z])?(\d\d)?'?(\d\d)?", told
    )
    if not match:
        return False
    year, month, day, hour, minute, second, sign, off_h, off_m = match.groups()
    text = f"{year}-{month or '01'}-{day or '01'}"
    text += f"T{hour or '00'}:{minute or '00'}:{second or '00'}"
    text += "+00:00" if sign in (None, "Z") else f"{sign}{off_h}:{off_m or '00'}"
    try:
        other = datetime.fromisoformat(known.replace("Z", "+00:00"))
    except ValueError:
        return False
    if other.tzinfo is None:
        return datetime.fromisoformat(text).replace(tzinfo=None) == other
    return datetime.fromisoformat(text) == other
