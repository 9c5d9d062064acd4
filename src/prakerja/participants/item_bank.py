"""The basic test: a bank of items with random figures, and forms made of it from a seed. Pure.

No answer key can be published: what is stored of a form is its seed, and figures, order and options follow from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median, pstdev
from typing import Final

QUESTIONS_OF_A_FORM: Final = 10
OPTIONS: Final = 4
# Nobody reads a question and its options in less.
_FAST_TENTHS: Final = 30
_HIGH_SCORE: Final = 80
_STEADY_TENTHS: Final = 3.0
_DAYS: Final = (
    ("Senin", "Monday"),
    ("Selasa", "Tuesday"),
    ("Rabu", "Wednesday"),
    ("Kamis", "Thursday"),
    ("Jumat", "Friday"),
    ("Sabtu", "Saturday"),
)
Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A question with its options in Indonesian and English; `right` is the place of the right one."""

    item: str
    text: Text
    options: tuple[Text, ...]
    right: int


def _figures(right: int, others: Sequence[int]) -> list[Text]:
    """The right figure first, three different wrong ones behind it."""
    wrong = [figure for figure in dict.fromkeys(others) if figure != right and figure >= 0][: OPTIONS - 1]
    step = 1
    while len(wrong) < OPTIONS - 1:
        if right + step not in wrong:
            wrong.append(right + step)
        step += 1
    return [(_written(figure), _written(figure)) for figure in (right, *wrong)]


def _written(figure: int) -> str:
    return f"{figure:,}".replace(",", ".")


def _total(dice: Random) -> tuple[Text, list[Text]]:
    count, price, rice = dice.randint(2, 9), dice.randrange(1000, 9000, 500), dice.randrange(10_000, 30_000, 1000)
    right = count * price + rice
    return (
        f"Anda membeli {count} sabun @ Rp{_written(price)} dan beras Rp{_written(rice)}. Berapa jumlahnya?",
        f"You buy {count} soaps at Rp{_written(price)} each and rice for Rp{_written(rice)}. How much is it together?",
    ), _figures(right, [price + rice, right - price, right + price, right + 1000])


def _change(dice: Random) -> tuple[Text, list[Text]]:
    price = dice.randrange(11_000, 49_000, 500)
    right = 50_000 - price
    return (
        f"Harga barang Rp{_written(price)}. Anda membayar Rp50.000. Berapa kembaliannya?",
        f"A thing costs Rp{_written(price)}. You pay Rp50.000. How much do you get back?",
    ), _figures(right, [right + 1000, right - 1000, price, right + 10_000])


def _discount(dice: Random) -> tuple[Text, list[Text]]:
    price, percent = dice.randrange(40_000, 200_000, 10_000), dice.choice([10, 20, 25, 50])
    right = price * (100 - percent) // 100
    return (
        f"Harga Rp{_written(price)} dipotong {percent} persen. Berapa yang dibayar?",
        f"A price of Rp{_written(price)} is cut by {percent} per cent. How much is to pay?",
    ), _figures(right, [price * percent // 100, price - percent * 100, right + 5000, right - 5000])


def _grams(dice: Random) -> tuple[Text, list[Text]]:
    kilos, grams = dice.randint(2, 9), dice.randrange(100, 900, 50)
    right = kilos * 1000 + grams
    return (
        f"Berapa gram {kilos} kilogram dan {grams} gram?",
        f"How many grams are {kilos} kilograms and {grams} grams?",
    ), _figures(right, [kilos * 100 + grams, right + 1000, kilos * 10_000 + grams])


def _hours(dice: Random) -> tuple[Text, list[Text]]:
    start, minutes = dice.randint(7, 10), dice.choice([15, 30, 45])
    length = dice.randrange(60, 240, 15)
    end = start * 60 + minutes + length
    return (
        f"Kelas mulai {start:02}.{minutes:02} dan selesai {end // 60:02}.{end % 60:02}. Berapa menit lamanya?",
        f"A class begins at {start:02}.{minutes:02} and ends at {end // 60:02}.{end % 60:02}. How many minutes is it?",
    ), _figures(length, [length + 15, length - 15, length + 60, length + 30])


def _share(dice: Random) -> tuple[Text, list[Text]]:
    people, each = dice.randint(3, 9), dice.randrange(5000, 40_000, 1000)
    return (
        f"Rp{_written(people * each)} dibagi rata kepada {people} orang. Berapa bagian tiap orang?",
        f"Rp{_written(people * each)} is shared by {people} people evenly. How much does each one get?",
    ), _figures(each, [each + 1000, each - 1000, each * 2, each + 500])


def _average(dice: Random) -> tuple[Text, list[Text]]:
    mean, spread = dice.randint(40, 90), dice.randint(3, 12)
    return (
        f"Nilai tiga tugas: {mean - spread}, {mean}, {mean + spread}. Berapa rata-ratanya?",
        f"Three marks: {mean - spread}, {mean}, {mean + spread}. What is their mean?",
    ), _figures(mean, [mean + spread, mean - spread, mean * 3, mean + 1])


def _floor(dice: Random) -> tuple[Text, list[Text]]:
    length, width = dice.randint(4, 15), dice.randint(2, 12)
    return (
        f"Lantai berukuran {length} meter kali {width} meter. Berapa meter persegi luasnya?",
        f"A floor measures {length} metres by {width} metres. How many square metres is it?",
    ), _figures(length * width, [2 * (length + width), length + width, length * width + length])


def _steps(dice: Random) -> tuple[Text, list[Text]]:
    start, step = dice.randint(2, 30), dice.randint(3, 12)
    row = [start + step * place for place in range(5)]
    return (
        f"Angka mana yang berikutnya: {', '.join(map(str, row[:4]))}, …?",
        f"Which figure comes next: {', '.join(map(str, row[:4]))}, …?",
    ), _figures(row[4], [row[4] + 1, row[4] - 1, row[3] + step - 2, row[4] + step])


def _doubling(dice: Random) -> tuple[Text, list[Text]]:
    start = dice.randint(2, 12)
    row = [start * 2**place for place in range(5)]
    return (
        f"Angka mana yang berikutnya: {', '.join(map(str, row[:4]))}, …?",
        f"Which figure comes next: {', '.join(map(str, row[:4]))}, …?",
    ), _figures(row[4], [row[3] + start, row[4] + 2, row[3] * 3, row[4] - start])


def _closed(dice: Random) -> tuple[Text, list[Text]]:
    first, second, *others = dice.sample(_DAYS, OPTIONS + 1)
    return (
        f"Kantor tutup pada hari {first[0]} dan pelatihan pada hari {second[0]}. Kapan kantor tutup?",
        f"The office is closed on {first[1]} and training is on {second[1]}. When is the office closed?",
    ), [first, second, *others[: OPTIONS - 2]]


def _order(dice: Random) -> tuple[Text, list[Text]]:
    days = dice.sample(_DAYS, OPTIONS)
    things = [("plastik", "plastic"), ("kertas", "paper"), ("kaca", "glass"), ("sisa makanan", "food waste")]
    asked = dice.randrange(OPTIONS)
    listed = [", ".join(f"{things[place][side]} {days[place][side]}" for place in range(OPTIONS)) for side in (0, 1)]
    return (
        f"Jadwal pengambilan: {listed[0]}. Kapan {things[asked][0]} diambil?",
        f"Collection: {listed[1]}. When is {things[asked][1]} collected?",
    ), [days[asked], *(day for place, day in enumerate(days) if place != asked)]


# Item → how a question is made of dice: its text and its options, the right one first.
BANK: Final[dict[str, Callable[[Random], tuple[Text, list[Text]]]]] = {
    "total": _total,
    "change": _change,
    "discount": _discount,
    "grams": _grams,
    "hours": _hours,
    "share": _share,
    "average": _average,
    "floor": _floor,
    "steps": _steps,
    "doubling": _doubling,
    "closed": _closed,
    "order": _order,
}


def form_of(seed: int) -> list[FormQuestion]:
    """The ten questions of a seed."""
    dice = Random(seed)  # noqa: S311 - the seed is what is secret
    questions = []
    for item in dice.sample(list(BANK), QUESTIONS_OF_A_FORM):
        text, options = BANK[item](dice)
        order = dice.sample(range(OPTIONS), OPTIONS)
        questions.append(FormQuestion(item, text, tuple(options[place] for place in order), order.index(0)))
    return questions


def score_of(questions: Sequence[FormQuestion], answers: Sequence[int]) -> int:
    """How many per cent of the answers are right."""
    right = sum(question.right == answer for question, answer in zip(questions, answers, strict=True))
    return 100 * right // len(questions)


def timing_anomalies(tenths: Sequence[int], score: int) -> list[str]:
    """What is unusual about the times: a matter for a look, never a refusal.

    `too_fast`: half of the answers in less than three seconds, and most of them right. `same_pace`: all answers at the
    same pace to a third of a second.
    """
    found = []
    if median(tenths) < _FAST_TENTHS and score >= _HIGH_SCORE:
        found.append("too_fast")
    if pstdev(tenths) < _STEADY_TENTHS:
        found.append("same_pace")
    return found
