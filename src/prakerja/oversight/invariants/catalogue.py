"""Prices, feeds and what is searched."""

from prakerja.oversight.invariants.base import Invariant


class PricesAreOnRecord(Invariant):
    """The price of a course is the last one in its history; no price was changed past it."""

    name = "the_price_of_a_course_is_the_last_on_record"
    rules = ("COURSE-01",)
    explanation_id = "Harga pelatihan adalah yang terakhir dalam riwayatnya; tidak ada harga yang berubah di luarnya."
    columns = ("course_id", "price_idr", "last_price_idr")
    sql = """
        SELECT course.id, course.price_idr, last.price_idr
        FROM courses course
        JOIN (
            SELECT DISTINCT ON (course_id) course_id, price_idr, comparison_price_idr
            FROM course_prices
            ORDER BY course_id, priced_at DESC, id DESC
        ) AS last ON last.course_id = course.id
        WHERE (course.price_idr, course.comparison_price_idr) <> (last.price_idr, last.comparison_price_idr)
    """


class FeedsAreTheirRows(Invariant):
    """A feed counts its rows, and the courses of a published one are the institution's."""

    name = "a_feed_is_its_rows"
    rules = ("COURSE-01",)
    explanation_id = "Sebuah berkas pelatihan menghitung barisnya, dan pelatihan yang diterbitkan milik lembaganya."
    columns = ("feed_id", "rows_said", "rows_there", "courses_missing")
    sql = """
        SELECT feed.id, feed.rows, count(row.id),
            count(*) FILTER (WHERE feed.state = 'published' AND row.effect <> 'bad' AND course.id IS NULL)
        FROM course_feeds feed
        LEFT JOIN course_feed_rows row ON row.feed_id = feed.id
        LEFT JOIN courses course ON course.id = row.course_id AND course.institution_id = feed.institution_id
        GROUP BY feed.id
        HAVING feed.rows <> count(row.id)
            OR feed.bad_rows <> count(*) FILTER (WHERE row.effect = 'bad')
            OR count(*) FILTER (WHERE feed.state = 'published' AND row.effect <> 'bad' AND course.id IS NULL) > 0
    """


class WhatIsSearchedIsThere(Invariant):
    """A class is searched as it is: published, of an approved course, with its price, start and all its platforms."""

    name = "a_class_is_searched_by_what_it_is"
    rules = ("SCHEME-04", "SCHEME-05")
    explanation_id = (
        "Kelas dicari menurut keadaannya: terbit, dari pelatihan yang disetujui, dengan harga, awal, dan semua "
        "platformnya."
    )
    columns = ("schedule_code", "state", "price_idr", "searched_price_idr")
    sql = """
        SELECT schedule.code, schedule.state, schedule.price_idr, entry.price_idr
        FROM search_entries entry
        JOIN schedules schedule ON schedule.id = entry.schedule_id
        JOIN courses course ON course.id = schedule.course_id
        LEFT JOIN (
            SELECT course_id, array_agg(platform_id ORDER BY platform_id) AS platform_ids
            FROM listings
            WHERE listed_until IS NULL
            GROUP BY course_id
        ) AS sold ON sold.course_id = course.id
        WHERE schedule.state <> 'published'
            OR course.state <> 'approved'
            OR (entry.course_id, entry.institution_id, entry.price_idr, entry.starts_at)
                <> (course.id, course.institution_id, schedule.price_idr, schedule.starts_at)
            OR entry.province_code IS DISTINCT FROM schedule.province_code
            -- Too many are left out when a page is read; one too few would hide an offer.
            OR NOT entry.platform_ids @> coalesce(sold.platform_ids, '{}')
    """


INVARIANTS = (PricesAreOnRecord, FeedsAreTheirRows, WhatIsSearchedIsThere)
