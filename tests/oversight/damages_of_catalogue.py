"""Damages of prices, feeds and what is searched."""

from tests.oversight.damages import Damage, first

CATALOGUE = (
    Damage(
        "the_price_of_a_course_is_the_last_on_record",
        "a price was changed past its history",
        (
            f"""
            UPDATE courses SET comparison_price_idr = comparison_price_idr + 1
            WHERE id = {first("courses", "id", "true")}
            """,
        ),
    ),
    Damage(
        "a_feed_is_its_rows",
        "a row of a feed was taken away",
        (
            f"""
            DELETE FROM course_feed_rows
            WHERE id = (
                SELECT min(id) FROM course_feed_rows
                WHERE feed_id = {first("course_feeds", "id", "state = 'published'")}
            )
            """,
        ),
    ),
    Damage(
        "a_feed_is_its_rows",
        "a course of a published feed is nowhere",
        (
            f"""
            UPDATE course_feed_rows SET course_id = gen_random_uuid()
            WHERE id = (
                SELECT min(id) FROM course_feed_rows
                WHERE feed_id = {first("course_feeds", "id", "state = 'published'")}
            )
            """,
        ),
    ),
    Damage(
        "a_class_is_searched_by_what_it_is",
        "it is searched at another price",
        (
            f"""
            UPDATE search_entries SET price_idr = price_idr + 1
            WHERE schedule_id = {first("search_entries", "schedule_id", "true")}
            """,
        ),
    ),
    Damage(
        "a_class_is_searched_by_what_it_is",
        "a platform that sells it does not find it",
        (
            f"""
            UPDATE search_entries SET platform_ids = ARRAY[]::uuid[]
            WHERE schedule_id = {first("search_entries", "schedule_id", "true")}
            """,
        ),
    ),
)
