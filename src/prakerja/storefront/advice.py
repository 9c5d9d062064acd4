"""What a person can do about a refusal. The sentence itself comes from the programme, in Indonesian."""

from typing import Final

from prakerja.storefront.client import Refused
from prakerja.storefront.pages import Seen

# Our own code: the call did not leave this program.
UNREACHABLE: Final = Refused("UNREACHABLE", "Prakerja tidak dapat dihubungi. Tidak ada yang dibayar.")

# code: what it means in English; what to do, in Indonesian and in English.
ADVICE: Final[dict[str, tuple[str, str, str]]] = {
    "UNREACHABLE": (
        "Prakerja cannot be reached. Nothing was paid.",
        "Coba lagi sebentar lagi dengan kode yang sama.",
        "Try again in a moment with the same code.",
    ),
    "ERRPLT40010": (
        "This class does not exist.",
        "Pilih kelas lain di halaman depan.",
        "Choose another class on the first page.",
    ),
    "ERRPLT40012": (
        "Enrolment in this class is closed.",
        "Pilih jadwal yang lebih kemudian.",
        "Choose a later schedule.",
    ),
    "ERRPLT40013": ("No seat is left in this class.", "Pilih jadwal lain.", "Choose another schedule."),
    "ERRPLT40014": (
        "No card has this number.",
        "Bandingkan ke-16 angka dengan kartu di halaman Prakerja Anda.",
        "Compare all 16 digits with the card on your Prakerja page.",
    ),
    "ERRPLT40015": (
        "A regular card works at an institution's counter with its PIN, not in a shop on the web.",
        "Datanglah ke loket lembaga pelatihan dengan kartu dan PIN Anda.",
        "Go to the counter of an institution with your card and PIN.",
    ),
    "ERRPLT40016": (
        "This card is not active.",
        "Lihat keadaan kartu di halaman Prakerja Anda.",
        "Look at the state of the card on your Prakerja page.",
    ),
    "ERRPLT40017": (
        "Your participation is not active.",
        "Lihat alasannya di halaman Prakerja Anda.",
        "See the reason on your Prakerja page.",
    ),
    "ERRPLT40018": ("Your age does not fit this training.", "Pilih pelatihan lain.", "Choose another training."),
    "ERRPLT40019": (
        "The price has changed.",
        "Mulailah pesanan baru dari halaman depan.",
        "Begin a new order from the first page.",
    ),
    "ERRPLT40020": (
        "Too many wrong codes. This card waits 15 minutes.",
        "Tunggu 15 menit, lalu minta kode baru. Saldo Anda tidak berkurang.",
        "Wait 15 minutes, then ask for a new code. Your balance is untouched.",
    ),
    "ERRPLT40022": (
        "The code is wrong.",
        "Periksa SMS terbaru dan ketik keenam angkanya lagi. Saldo Anda tidak berkurang.",
        "Look at the latest SMS and type the six digits again. Your balance is untouched.",
    ),
    "ERRPLT40026": (
        "The deadline of the first purchase has passed.",
        "Lihat halaman Prakerja Anda.",
        "See your Prakerja page.",
    ),
    "ERRPLT40027": ("The balance has expired.", "Lihat halaman Prakerja Anda.", "See your Prakerja page."),
    "ERRPLT40028": ("This purchase was voided before.", "Tidak ada yang perlu dilakukan.", "Nothing is to be done."),
    "ERRPLT40029": (
        "The training before this one is not completed.",
        "Selesaikan pelatihan pertama Anda, lalu beli yang berikutnya.",
        "Complete your first training, then buy the next one.",
    ),
    "ERRPLT40030": (
        "This card has bought this class already.",
        "Kode redeem ada di halaman Prakerja Anda.",
        "The redeem code is on your Prakerja page.",
    ),
    "ERRPLT40031": (
        "Your account in this shop belongs to another card.",
        "Pakai kartu yang pertama, atau masuk dengan akun lain.",
        "Use the first card, or sign in with another account.",
    ),
    "ERRPLT40032": (
        "The training balance is too low for this price.",
        "Lihat sisa saldo di halaman Prakerja Anda, lalu pilih pelatihan yang lebih murah. Saldo tidak berkurang.",
        "See what is left on your Prakerja page, then choose a cheaper training. Your balance is untouched.",
    ),
    "ERRPLT40110": ("This code was used.", "Minta kode baru.", "Ask for a new code."),
    "ERRPLT40111": (
        "The code is too old.",
        "Minta kode baru: kode berlaku 5 menit.",
        "Ask for a new code: it lives 5 minutes.",
    ),
    "ERRPLT42901": ("Too many requests.", "Tunggu sebentar, lalu coba lagi.", "Wait a moment, then try again."),
    "ERRPLT42902": (
        "Many codes were sent for this card, and none was used.",
        "Pakai kode dari SMS terbaru, atau coba lagi nanti. Saldo Anda tidak berkurang.",
        "Use the code of the latest SMS, or try again later. Your balance is untouched.",
    ),
    "ERRVOD40002": (
        "The redeem code was used, so that the purchase stays.",
        "Tanyakan kepada lembaga pelatihan Anda.",
        "Ask your institution.",
    ),
    "ERRTRX40020": (
        "No purchase has this redeem code.",
        "Bandingkan setiap huruf dan angka dengan halaman Prakerja Anda.",
        "Compare each letter and digit with your Prakerja page.",
    ),
    "ERRTRX40021": (
        "This redeem code is used already.",
        "Kode sudah ditukar: lanjutkan dengan kehadiran.",
        "The code is redeemed: go on with your presence.",
    ),
    "ERRTRX40022": (
        "This purchase was voided.",
        "Saldo sudah kembali ke kartu. Beli lagi untuk ikut kelas.",
        "The money is back on the card. Buy again to take part.",
    ),
    "ERRTRX40101": (
        "This purchase was voided.",
        "Saldo sudah kembali ke kartu. Beli lagi untuk ikut kelas.",
        "The money is back on the card. Buy again to take part.",
    ),
    "ERRTRX40027": (
        "The session is not open now: it counts from one hour before to one hour after its start.",
        "Datang lagi satu jam sebelum sesi mulai.",
        "Come again one hour before the session starts.",
    ),
    "ERRTRX40028": (
        "This code is for another institution's class.",
        "Lihat nama lembaga di halaman Prakerja Anda dan pergilah ke sana.",
        "See the institution's name on your Prakerja page and go there.",
    ),
    "ERRTRX40029": ("This purchase is closed.", "Kelas sudah dilaporkan.", "The class was reported."),
    "ERRTRX40030": (
        "The code is not redeemed yet.",
        "Tukarkan kode di sesi pertama dulu.",
        "Redeem the code at the first session first.",
    ),
    "ERRTRX40033": (
        "Another participant of this training uses this e-mail address.",
        "Pakai alamat email Anda sendiri.",
        "Use an e-mail address of your own.",
    ),
    "ERRTRX40036": (
        "This task has its feedback already.",
        "Kumpulkan tugas sesi berikutnya.",
        "Hand in the task of the next session.",
    ),
}


def explain(seen: Seen, refusal: Refused) -> tuple[str, str]:
    """What was refused and what to do, in the language of the page."""
    english, todo_id, todo_en = ADVICE.get(
        refusal.code,
        (
            f"The programme refused: {refusal.message}",
            "Coba lagi nanti, atau hubungi kami dengan kode ini.",
            "Try again later, or contact us with this code.",
        ),
    )
    return seen.say(refusal.message, english), seen.say(todo_id, todo_en)
