"""A catalogue to search: courses of many institutions with titles of real words, their classes, listings, agreements.

Written by INSERT, every constraint on; the search entries by the function that the operations call.
"""

import csv
import io
import zipfile
from datetime import datetime
from random import Random
from uuid import UUID

from bench._partners import build_partners
from prakerja.catalogue.feed_rules import COLUMNS
from prakerja.catalogue.models import SUBJECTS
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.programme.regimes import Regime

_PART = 5_000
# Common words first: a title takes a word the oftener the further ahead it stands.
# fmt: off
WORDS = (
    "dasar", "pemula", "digital", "pemasaran", "menjadi", "belajar", "usaha", "bisnis", "keterampilan", "menguasai",
    "cara", "membuat", "daring", "kreatif", "profesional", "komunikasi", "pelayanan", "pengelolaan", "keuangan",
    "bahasa", "inggris", "desain", "grafis", "konten", "media", "sosial", "penjualan", "barista", "kopi", "kue",
    "memasak", "menjahit", "tata", "rias", "rambut", "otomotif", "motor", "mobil", "mesin", "las", "listrik",
    "instalasi", "pendingin", "komputer", "jaringan", "pemrograman", "data", "analisis", "excel", "akuntansi",
    "pajak", "sekretaris", "kantor", "pergudangan", "logistik", "pengemudi", "keamanan", "kebersihan", "perhotelan",
    "pramusaji", "pariwisata", "pemandu", "fotografi", "video", "animasi", "musik", "budidaya", "ikan", "ternak",
    "sayuran", "hidroponik", "pupuk", "pertukangan", "kayu", "batu", "bangunan", "pengecatan", "batik", "tenun",
    "anyaman", "sabun", "parfum", "jamu", "pijat", "perawat", "lansia", "bayi", "mandarin", "jepang", "korea",
    "arab", "wirausaha", "ekspor", "impor", "kepabeanan", "asuransi", "properti", "konsultan", "psikologi",
    "kepemimpinan", "negosiasi", "presentasi", "menulis", "jurnalistik", "penerjemahan", "kaligrafi", "robotika",
    "elektronika", "solar", "panel", "drone", "pemetaan", "survei", "mikrotik", "siber", "awan", "android",
    "statistika", "riset", "laboratorium", "mutu", "kalibrasi",
)
# fmt: on
_STEEPNESS = 2.2


def title_of(random: Random) -> str:
    """Three to six words; the first ones of the list in very many titles, the last ones in few."""
    count = random.randint(3, 6)
    return " ".join(WORDS[int(len(WORDS) * random.random() ** _STEEPNESS)] for _ in range(count))


def feed_file(rows: int, *, seed: int, bad_every: int = 0) -> bytes:
    """A CSV feed of so many courses; every `bad_every`-th has a price that is none."""
    random = Random(seed)  # noqa: S311 - a data set, no secret
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    for number in range(rows):
        offline = random.random() < 0.3
        price_idr = random.randrange(100, 2_000) * 1_000
        bad = bad_every and number % bad_every == 0
        writer.writerow(
            [
                f"K-{number:06d}",
                title_of(random).capitalize(),
                f"{title_of(random)}. {title_of(random)}.",
                random.choice(SUBJECTS),
                "J.620100.004.02" if random.random() < 0.2 else "",
                "luring" if offline else "daring",
                3 if offline else random.choice((1, 2)),
                random.randint(4, 60),
                "gratis" if bad else price_idr,
                price_idr + 50_000,
                "tidak",
                "tidak",
                18,
                "",
                "",
            ]
        )
    return text.getvalue().encode()


def workbook_of(content: bytes) -> bytes:
    """The same feed as a workbook."""
    lines = csv.reader(io.StringIO(content.decode()), delimiter=";")
    rows = "".join(
        "<row>"
        + "".join(
            f"<c><v>{cell}</v></c>" if cell.isdigit() else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
            for cell in line
        )
        + "</row>"
        for line in lines
    )
    head = "http://schemas.openxmlformats.org/"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{head}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{head}package/2006/relationships"><Relationship Id="r1"'
        f' Type="{head}officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{head}spreadsheetml/2006/main"'
        f' xmlns:r="{head}officeDocument/2006/relationships">'
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{head}package/2006/relationships"><Relationship Id="r1"'
        f' Type="{head}officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{head}spreadsheetml/2006/main"><sheetData>{rows}'
        "</sheetData></worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return file.getvalue()


def build_catalogue(
    context: Context, regime: Regime, *, institutions: int, courses: int, classes_per_course: int
) -> None:
    """Institutions with agreements on four platforms each; courses listed on all four, with classes in 38 provinces."""
    build_partners(context, regime, institutions=institutions, schedules=0)
    random = Random(17)  # noqa: S311 - a data set, no secret
    parameters = {"now": context.now, "regime": regime.version, "lanes": get_settings().lanes}
    institution_ids = [row[0] for row in db.rows("SELECT id FROM institutions ORDER BY id")]
    for begin in range(0, courses, _PART):
        count = min(_PART, courses - begin)
        ids = [context.uuid() for _ in range(count)]
        with db.transaction():
            _insert_courses(parameters, random, ids, institution_ids, begin)
            _insert_classes(parameters, random, ids, classes_per_course, context.now)
            db.rows("SELECT refresh_search_entries(%s)", [ids])


def _insert_courses(
    parameters: dict[str, object], random: Random, ids: list[UUID], institution_ids: list[UUID], begin: int
) -> None:
    items = [
        {
            "id": course_id,
            "code": f"B-{begin + nth}",
            "institution_id": random.choice(institution_ids),
            "title": title_of(random).capitalize(),
            "description": f"{title_of(random)}. {title_of(random)}.",
            "subject": random.choice(SUBJECTS),
            "offline": random.random() < 0.3,
            "hours": random.randint(6, 60),
            "price_idr": random.randrange(100, 1_000) * 1_000,
        }
        for nth, course_id in enumerate(ids)
    ]
    db.execute(
        """
        INSERT INTO courses (
            id, code, institution_id, title, description, subject, region_code, mode, training_type, hours, price_idr,
            comparison_price_idr, free_elsewhere, bundle, age_min, state, regime_version, sample, proposed_at,
            approved_at
        )
        SELECT item.id, item.code, item.institution_id, item.title, item.description, item.subject, i.province_code,
            CASE WHEN item.offline THEN 'offline' ELSE 'online' END, CASE WHEN item.offline THEN 3 ELSE 1 END,
            item.hours, item.price_idr, 2000000, false, false, 18, 'approved', %(regime)s, true, %(now)s, %(now)s
        FROM jsonb_to_recordset(%(items)s::jsonb) AS item (
            id uuid, code text, institution_id uuid, title text, description text, subject text, offline boolean,
            hours smallint, price_idr bigint
        )
        JOIN institutions AS i ON i.id = item.institution_id
        """,
        {**parameters, "items": db.encode_json(items)},
    )
    db.execute(
        """
        INSERT INTO listings (id, platform_id, course_id, institution_id, own_entity, listed_from)
        SELECT uuidv7(), g.platform_id, c.id, c.institution_id, false, %(now)s
        FROM courses AS c
        JOIN agreements AS g ON g.institution_id = c.institution_id
        WHERE c.id = ANY (%(ids)s)
        """,
        {**parameters, "ids": ids},
    )


def _insert_classes(
    parameters: dict[str, object], random: Random, ids: list[UUID], classes: int, now: datetime
) -> None:
    provinces = [row[0] for row in db.rows("SELECT code FROM provinces ORDER BY code")]
    weights = [row[0] for row in db.rows("SELECT greatest(weight, 1) FROM provinces ORDER BY code")]
    items = [
        {"course_id": course_id, "day": random.randint(1, 180), "province_code": random.choices(provinces, weights)[0]}
        for course_id in ids
        for _ in range(classes)
    ]
    db.execute(
        """
        WITH opened AS (
            INSERT INTO schedules (
                id, code, course_id, institution_id, mode, price_idr, seats, trainers, starts_at, ends_at,
                sells_until_at, state, place, province_code, regime_version, sample, opened_at
            )
            SELECT uuidv7(), gen_random_uuid()::text, c.id, c.institution_id, c.mode, c.price_idr, 30, 2,
                %(now)s::timestamptz + item.day * interval '1 day',
                %(now)s::timestamptz + (item.day + 3) * interval '1 day',
                %(now)s::timestamptz + item.day * interval '1 day', 'published', 'Ruang 1',
                CASE WHEN c.mode = 'offline' THEN item.province_code END, %(regime)s, true, %(now)s
            FROM jsonb_to_recordset(%(items)s::jsonb) AS item (course_id uuid, day integer, province_code text)
            JOIN courses AS c ON c.id = item.course_id
            RETURNING id
        )
        INSERT INTO seat_allotments (lane, schedule_id, seats_left)
        SELECT lane, id, 30 / %(lanes)s
        FROM opened
        CROSS JOIN generate_series(0, %(lanes)s - 1) AS lane
        """,
        {**parameters, "items": db.encode_json(items), "now": now},
    )
