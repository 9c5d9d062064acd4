"""Seats of classes."""

from prakerja.oversight.invariants.base import Invariant


class SeatsAreNotOversold(Invariant):
    """The seats of a class are those left over all lanes and those of its live purchases; none is sold twice."""

    name = "seats_are_never_oversold"
    rules = ("COURSE-04", "COURSE-05")
    explanation_id = (
        "Kursi sebuah kelas adalah yang tersisa di semua lajur ditambah pembelian yang tidak dibatalkan; tidak ada "
        "kursi yang terjual dua kali."
    )
    columns = ("schedule_code", "seats", "seats_left", "sold")
    sql = """
        SELECT s.code, s.seats, coalesce(allotment.seats_left, 0), coalesce(sold.seats, 0)
        FROM schedules s
        LEFT JOIN (
            SELECT schedule_id, sum(seats_left) AS seats_left, min(seats_left) AS least_left
            FROM seat_allotments
            GROUP BY schedule_id
        ) AS allotment ON allotment.schedule_id = s.id
        LEFT JOIN (
            SELECT schedule_id, count(*) AS seats
            FROM purchases
            WHERE voided_at IS NULL
            GROUP BY schedule_id
        ) AS sold ON sold.schedule_id = s.id
        WHERE s.seats <> coalesce(allotment.seats_left, 0) + coalesce(sold.seats, 0) OR allotment.least_left < 0
    """


INVARIANTS = (SeatsAreNotOversold,)
