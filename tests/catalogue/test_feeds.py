"""Feeds: checked row by row, published as a whole, safe twice and two at once; a file may be hostile."""

import csv
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from prakerja.catalogue import queries
from prakerja.catalogue.feed_files import TEMPLATE, read_feed
from prakerja.catalogue.feed_rules import COLUMNS, read_row
from prakerja.catalogue.operations import (
    CourseAssessment,
    FeedResult,
    assess_courses,
    discard_course_feed,
    move_courses,
    publish_course_feed,
    stage_course_feed,
    stage_course_rows,
)
from prakerja.catalogue.operations.courses import CourseMove
from prakerja.catalogue.states import FEED_MOVES, CourseState, FeedState
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.workbooks import template_workbook
from tests.catalogue.world import Market, make_market
from tests.partners.world import refused

GOOD = {
    "kode": "BRS-1",
    "judul": "Barista dasar",
    "uraian": "Meracik kopi",
    "bidang": "hospitality",
    "kode_skkni": "I.561001.004.02",
    "metode": "daring",
    "jenis": "1",
    "jam": "16",
    "harga": "Rp400.000",
    "harga_umum": "450000",
}


def sheet(*rows: dict[str, str], delimiter: str = ";") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows([{**GOOD, **row} for row in rows])
    return text.getvalue().encode()


def stage(market: Market, content: bytes, name: str = "kursus.csv") -> FeedResult:
    return stage_course_feed(market.context, institution_id=market.world.institution_id, content=content, name=name)


def publish(market: Market, feed_id: UUID | None) -> FeedResult:
    assert feed_id is not None
    institution_id = market.world.institution_id
    return publish_course_feed(
        market.context, feed_id, institution_id=institution_id, regime=market.regimes["second"], sample=True
    )


def counts(result: FeedResult) -> tuple[int, int, int, int]:
    return result.new_rows, result.changed_rows, result.unchanged_rows, result.bad_rows


def courses(market: Market) -> dict[str | None, queries.CourseView]:
    return {one.own_code: one for one in queries.list_courses(institution_id=market.world.institution_id)}


def test_a_feed_is_seen_before_anything_happens_and_then_taken_as_a_whole(market: Market) -> None:
    staged = stage(market, sheet({}, {"kode": "BRS-2", "harga": "500000"}, {"kode": "BRS-3"}))
    assert (staged.code, counts(staged)) == ("ok", (2, 0, 0, 1))
    assert staged.feed_id is not None
    assert courses(market) == {}
    (bad,) = queries.list_feed_rows(staged.feed_id, effects=["bad"])
    assert (bad.number, bad.own_code, bad.field, bad.reason) == (3, "BRS-2", "price_idr", "dearer_than_outside")
    assert [row.title for row in queries.list_feed_rows(staged.feed_id, effects=["new"])] == ["Barista dasar"] * 2
    assert publish(market, staged.feed_id).code == "ok"
    found = courses(market)
    assert set(found) == {"BRS-1", "BRS-3"}
    one = found["BRS-1"]
    assert (one.state, one.subject, one.skkni_code, one.price_idr, one.mode, one.sample) == (
        "proposed",
        "hospitality",
        "I.561001.004.02",
        400_000,
        "online",
        True,
    )
    assert [price.price_idr for price in queries.list_prices(one.id)] == [400_000]
    assert publish(market, staged.feed_id).code == "already_published"
    assert db.value("SELECT payload ->> 'new' FROM events WHERE kind = 'course_feed.published'") == "2"


def test_the_same_file_again_does_nothing(market: Market) -> None:
    publish(market, stage(market, sheet({})).feed_id)
    again = stage(market, sheet({}))
    assert counts(again) == (0, 0, 1, 0)
    assert publish(market, again.feed_id).code == "nothing_to_take"
    assert (
        discard_course_feed(market.context, again.feed_id or uuid4(), institution_id=market.world.institution_id).code
        == "ok"
    )
    assert publish(market, again.feed_id).code == "discarded"


def test_only_what_differs_is_changed_and_every_price_stays_on_record(market: Market) -> None:
    publish(market, stage(market, sheet({}, {"kode": "BRS-2"})).feed_id)
    delta = stage(market, sheet({"harga": "300000", "judul": "Barista lanjut"}))
    assert counts(delta) == (0, 1, 0, 0)
    assert publish(market, delta.feed_id).code == "ok"
    found = courses(market)
    assert (found["BRS-1"].title, found["BRS-2"].title) == ("Barista lanjut", "Barista dasar")
    assert [price.price_idr for price in queries.list_prices(found["BRS-1"].id)] == [400_000, 300_000]
    assert len(queries.list_prices(found["BRS-2"].id)) == 1


def test_an_approved_course_takes_a_price_and_nothing_that_was_assessed(market: Market) -> None:
    publish(market, stage(market, sheet({})).feed_id)
    course_id = courses(market)["BRS-1"].id
    assess_courses(market.context, [CourseAssessment(course_id=course_id)], regime=market.regimes["second"])
    market.listing(course_id)
    schedule_id = market.schedule(course_id)
    fixed = stage(market, sheet({"jam": "20"}))
    assert fixed.feed_id is not None
    (bad,) = queries.list_feed_rows(fixed.feed_id, effects=["bad"])
    assert (bad.field, bad.reason) == ("hours", "approved_course_is_fixed")
    assert publish(market, stage(market, sheet({"harga": "250000", "uraian": "Seduh manual"})).feed_id).code == "ok"
    assert queries.get_schedules([schedule_id])[schedule_id].price_idr == 250_000
    (offer,) = queries.search(queries.Search(words="seduh", price_max_idr=250_000), now=market.context.now)
    assert offer.price_idr == 250_000
    move_courses(market.context, [CourseMove(course_id=course_id, state=CourseState.REMOVED, reason="uji")])
    closed = stage(market, sheet({"harga": "200000"}))
    assert closed.feed_id is not None
    assert [row.reason for row in queries.list_feed_rows(closed.feed_id, effects=["bad"])] == ["course_closed"]


def test_a_decision_in_between_stops_the_feed_and_nothing_is_half_taken(market: Market) -> None:
    publish(market, stage(market, sheet({})).feed_id)
    staged = stage(market, sheet({"jam": "20"}, {"kode": "BRS-9"}))
    course_id = courses(market)["BRS-1"].id
    assess_courses(market.context, [CourseAssessment(course_id=course_id)], regime=market.regimes["second"])
    assert publish(market, staged.feed_id).code == "catalogue_changed"
    assert set(courses(market)) == {"BRS-1"}
    assert publish(market, stage(market, sheet({"kode": "BRS-9"})).feed_id).code == "ok"


def test_two_feeds_at_once_one_follows_and_the_other_is_checked_again(
    race: Callable[[Sequence[Callable[[], object]]], list[object]], context: Context
) -> None:
    market = make_market(context)
    first, second = (stage(market, sheet({"kode": code}, {"kode": "BRS-1"})) for code in ("A", "B"))
    answers = race([lambda: publish(market, first.feed_id).code, lambda: publish(market, second.feed_id).code])
    assert sorted(map(str, answers)) == ["catalogue_changed", "ok"]
    assert len(courses(market)) == 2
    # What lost is still there, to be checked again.
    assert sorted(feed.state for feed in queries.list_feeds(market.world.institution_id)) == ["published", "staged"]


def test_the_database_lets_one_feed_follow_another(market: Market) -> None:
    publish(market, stage(market, sheet({})).feed_id)
    stage(market, sheet({"kode": "B"}))
    change = (
        "UPDATE course_feeds SET base_id = NULL, state = 'published', decided_at = staged_at WHERE state = 'staged'"
    )
    assert refused(change) == "feeds_of_an_institution_follow_each_other"


@pytest.mark.parametrize("state_from", list(FeedState))
@pytest.mark.parametrize("state_to", list(FeedState))
def test_the_database_knows_the_moves_of_feeds(market: Market, state_from: FeedState, state_to: FeedState) -> None:
    staged = stage(market, sheet({}))
    if state_from is FeedState.PUBLISHED:
        publish(market, staged.feed_id)
    elif state_from is FeedState.DISCARDED:
        discard_course_feed(market.context, staged.feed_id or uuid4(), institution_id=market.world.institution_id)
    change = "UPDATE course_feeds SET state = %s, decided_at = CASE %s WHEN 'staged' THEN NULL ELSE staged_at END"
    if state_to == state_from or state_to in FEED_MOVES[state_from]:
        assert db.execute(change, [state_to, state_to]) == 1
    else:
        assert refused(change, state_to, state_to) == "feed_state_moves_along_its_table"


def test_a_feed_with_a_tenth_of_bad_rows_takes_the_others_and_gives_the_bad_ones_back(market: Market) -> None:
    rows = [{"kode": f"K-{number}", "harga": "x" if number % 10 == 0 else "400000"} for number in range(200)]
    staged = stage(market, sheet(*rows))
    assert counts(staged) == (180, 0, 0, 20)
    assert staged.feed_id is not None
    assert publish(market, staged.feed_id).code == "ok"
    assert len(courses(market)) == 180
    errors = queries.feed_error_file(staged.feed_id).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(errors), delimiter=";"))
    assert len(found) == 20
    assert (found[0]["kode"], found[0]["kolom"], found[0]["alasan"]) == ("K-0", "harga", "not_a_whole_number")
    # Mended, the file is uploaded as it is.
    mended = stage(market, errors.replace(";x;", ";400000;").encode())
    assert counts(mended) == (20, 0, 0, 0)


def test_another_institution_sees_and_takes_nothing(market: Market) -> None:
    staged = stage(market, sheet({}))
    assert staged.feed_id is not None
    regime = market.regimes["second"]
    assert publish_course_feed(market.context, staged.feed_id, institution_id=uuid4(), regime=regime).code == (
        "feed_unknown"
    )
    assert discard_course_feed(market.context, staged.feed_id, institution_id=uuid4()).code == "feed_unknown"
    with pytest.raises(LookupError):
        queries.get_feed(staged.feed_id, institution_id=uuid4())
    assert stage_course_feed(market.context, institution_id=uuid4(), content=b"x", name="x").code == (
        "institution_unknown"
    )


def test_a_call_brings_the_same_courses_as_a_file(market: Market) -> None:
    publish(market, stage(market, sheet({})).feed_id)
    row = {
        "own_code": "BRS-1",
        "title": "Barista dasar",
        "description": "Meracik kopi",
        "subject": "hospitality",
        "skkni_code": "I.561001.004.02",
        "mode": "online",
        "training_type": 1,
        "hours": 16,
        "price_idr": 400_000,
        "comparison_price_idr": 450_000,
        "free_elsewhere": False,
    }
    institution_id = market.world.institution_id
    again = stage_course_rows(
        market.context, institution_id=institution_id, rows=[row, {**row, "own_code": "NEW"}, {}], name="api"
    )
    assert counts(again) == (1, 0, 1, 1)
    assert stage_course_rows(market.context, institution_id=institution_id, rows=[], name="api").code == "no_rows"


REASONS: list[tuple[dict[str, str], str, str]] = [
    ({"kode": ""}, "own_code", "own_code_missing"),
    ({"kode": "3273010101900000"}, "own_code", "own_code_rounded"),
    ({"judul": " "}, "title", "title_missing"),
    ({"judul": "x" * 201}, "title", "text_too_long"),
    ({"metode": "telepati"}, "mode", "mode_unknown"),
    ({"jenis": "3"}, "training_type", "training_type_unfit"),
    ({"bidang": "sihir"}, "subject", "subject_unknown"),
    ({"kode_skkni": "SKKNI 12"}, "skkni_code", "skkni_code_malformed"),
    ({"jam": "enam"}, "hours", "hours_malformed"),
    ({"usia_min": "60", "usia_maks": "20"}, "age_min", "ages_malformed"),
    ({"pendidikan_min": "S7"}, "minimum_education", "education_unknown"),
    ({"paket": "mungkin"}, "bundle", "yes_or_no"),
    ({"harga": "4e5"}, "price_idr", "not_a_whole_number"),
    ({"harga": "1.25"}, "price_idr", "not_a_whole_number"),
    ({"harga_umum": "-1"}, "comparison_price_idr", "not_a_whole_number"),
    ({"harga": "0"}, "price_idr", "price_malformed"),
    ({"harga": "450001"}, "price_idr", "dearer_than_outside"),
]


@pytest.mark.parametrize(("changes", "field", "reason"), REASONS, ids=[reason for _, _, reason in REASONS])
def test_a_bad_row_says_where_and_why(changes: dict[str, str], field: str, reason: str) -> None:
    cells = {COLUMNS[heading]: text for heading, text in {**GOOD, **changes}.items()}
    assert read_row(cells) == (reason, field)


def test_rows_that_are_none_do_not_harm_the_others(market: Market) -> None:
    content = sheet({}) + b'"never closed;x\nBRS-2;too;few\n' + sheet({"kode": "BRS-3"}).split(b"\n", 1)[1]
    staged = stage(market, content)
    assert staged.code == "ok"
    assert staged.bad_rows >= 1
    doubled = stage(market, sheet({}, {}))
    assert counts(doubled) == (1, 0, 0, 1)


KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(rows: list[list[object]], **more: bytes) -> bytes:
    """A small workbook by hand."""

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    lines = "".join(f"<row>{''.join(cell(value) for value in row)}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in {**parts, **more}.items():
            book.writestr(name, text)
    return file.getvalue()


SHEET: list[list[Any]] = [
    ["kode", "judul", "metode", "jenis", "jam", "harga", "harga_umum"],
    ["X-1", "Las listrik", "luring", 3, 24, 500_000, 600_000.0],
    [3273010101900000, "Las gas", "luring", 3, 24, 500_000, 600_000],
]


def test_a_workbook_is_read_and_a_number_that_lost_digits_is_refused(market: Market) -> None:
    staged = stage(market, workbook(SHEET), "kursus.xlsx")
    assert (staged.code, counts(staged)) == ("ok", (1, 0, 0, 1))
    assert staged.feed_id is not None
    assert [row.reason for row in queries.list_feed_rows(staged.feed_id, effects=["bad"])] == ["own_code_rounded"]
    assert queries.get_feed(staged.feed_id, institution_id=market.world.institution_id).way == "xlsx"


def lying(content: bytes) -> bytes:
    """The sizes of the parts say one byte each, in the directory and before the parts."""
    out = bytearray(content)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = out.find(mark)
        while place >= 0:
            struct.pack_into("<I", out, place + offset, 1)
            place = out.find(mark, place + 4)
    return bytes(out)


def test_the_template_is_read_as_a_feed_without_rows() -> None:
    template = template_workbook("pelatihan", list(COLUMNS))
    book = CalamineWorkbook.from_filelike(io.BytesIO(template))
    assert book.get_sheet_by_index(0).to_python() == [list(COLUMNS)]
    assert read_feed(template)[1].code == "no_rows"
    assert read_feed(TEMPLATE.encode())[1].code == "no_rows"


BOMB = {"xl/media/bomb.bin": b"\0" * (40 * 1024 * 1024)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \n ", "file_empty"),
        (b"\xff\xfe\x00a", "file_unreadable"),
        (b"PK\x03\x04 but no archive", "file_unreadable"),
        (b"kode;judul\n1;2\n", "columns_missing"),
        (TEMPLATE.encode(), "no_rows"),
        (workbook([["kode"]], **{"xl/vbaProject.bin": b"macro"}), "file_unsafe"),
        (workbook([["kode"]], **BOMB), "file_unsafe"),
        (lying(workbook([["kode"]], **BOMB)), "file_unsafe"),
        (workbook([["kode"]]), "columns_missing"),
    ],
    ids=["empty", "blank", "utf16", "no-zip", "columns", "no-rows", "macro", "bomb", "lying-bomb", "xlsx-columns"],
)
def test_a_file_that_is_not_what_it_says_is_refused(content: bytes, code: str) -> None:
    assert read_feed(content)[1].code == code


def test_an_archive_without_a_workbook_is_none() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("readme.txt", "hello")
    assert read_feed(file.getvalue())[1].code == "file_unreadable"
